import { createHash } from 'node:crypto';
import type { EdgeBan } from '@hookswitch/media/port/sip-edge';
import type { FoundBans } from './edge-desk.js';
import { lasts, type SipBan, type SipBanRecord } from './sip-ban.js';

/** Every ban there is, the newest first: those by hand, and what machines found out by themselves. Pure; `now` as RFC 3339. */
export function allBans(byHand: readonly SipBanRecord[], { machines, bans }: FoundBans, now: string): SipBan[] {
  const kept = byHand.filter((record) => lasts(record, now)).map((record) => byHandView(record, machines));
  const rank = ({ since, id }: SipBan) => `${since} ${id}`;
  return [...kept, ...bans.map(foundView)].sort((a, b) => (rank(a) < rank(b) ? 1 : -1));
}

/** A ban by hand, as these machines have it. */
export function byHandView(record: SipBanRecord, machines: readonly string[]): SipBan {
  const { id, network, note, createdAt: since, until = null } = record;
  return { id, network, reason: 'manual', note, since, until, machines };
}

/** An id that is the same whoever asks: an address is banned once at a time. */
function foundView({ address, reason, since, until, machines }: EdgeBan): SipBan {
  const id = `BN${createHash('sha256').update(address).digest('hex').slice(0, 32)}`;
  return { id, network: address, reason, note: '', since: time(since), until: time(until), machines };
}

function time(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
