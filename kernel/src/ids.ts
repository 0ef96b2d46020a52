import type { Clock } from './clock.js';
import type { Random } from './random.js';

/** Two letters that say what an id names, as users see them. Where Twilio has a prefix for a thing, it is Twilio's. */
export const idKinds = {
  AC: 'account',
  SK: 'API key',
  CA: 'call',
  CN: 'contact',
  CF: 'conference',
  QE: 'queue entry',
  OF: 'offer',
  AG: 'agent',
  SC: 'status change',
  AS: 'agent session',
  NT: 'notification',
  RO: 'role',
  SG: 'skill group',
  NG: 'number group',
  BK: 'blacklist entry',
  BN: 'SIP ban',
  NA: 'number application',
  WT: 'WeCom task',
  CB: 'callback request',
  DT: 'digit collection template',
  FL: 'flow',
  FV: 'flow version',
  IM: 'internal message',
  RE: 'recording',
  PN: 'number',
  AP: 'application',
  TK: 'trunk',
  SE: 'SIP endpoint',
  AU: 'audio',
  EV: 'event',
  WH: 'webhook endpoint',
  DA: 'delivery attempt',
  JB: 'job',
  RQ: 'request',
} as const;

/** The prefix of an id. */
export type IdPrefix = keyof typeof idKinds;

/** Makes ids: a prefix and a UUIDv7 (RFC 9562 5.7) in lower-case hex. Sortable by time, unguessable enough. */
export type NewId = (prefix: IdPrefix) => string;

/** An id maker on the given clock and chance. Ids made in one millisecond are in random order. */
export function idMaker(clock: Clock, random: Random): NewId {
  return (prefix) => {
    const bytes = Buffer.allocUnsafe(16);
    bytes.writeUIntBE(Math.floor(clock.now()), 0, 6);
    bytes.set(random.bytes(10), 6);
    bytes[6] = (bytes[6]! & 0x0f) | 0x70;
    bytes[8] = (bytes[8]! & 0x3f) | 0x80;
    return prefix + bytes.toString('hex');
  };
}

const shape = /^[A-Z]{2}[0-9a-f]{32}$/;

/** Whether `text` is an id of that kind. */
export function isId(prefix: IdPrefix, text: string): boolean {
  return text.startsWith(prefix) && shape.test(text);
}
