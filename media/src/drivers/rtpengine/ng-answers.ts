import type { RelayFigures, RelayLoad, RelaySide } from '../../port/media-relay.js';
import { type Bencoded, type BencodedDictionary, isDictionary } from './bencode.js';
import { isOutsideTag } from './ng-commands.js';

/** What an answer came to. `full` and `refused` carry rtpengine's words. */
export type NgOutcome =
  | { readonly kind: 'ok'; readonly answer: BencodedDictionary }
  | { readonly kind: 'unknown-call' }
  | { readonly kind: 'full'; readonly why: string }
  | { readonly kind: 'refused'; readonly why: string }
  | { readonly kind: 'malformed' };

/** rtpengine's words for a description that it cannot take; another rtpengine would not either. */
const aboutTheDescription = /sdp|parse|incompatible|offer\/answer|media section|missing/i;

export function outcomeOf(answer: BencodedDictionary): NgOutcome {
  const { result } = answer;
  if (result === 'ok' || result === 'pong') return { kind: 'ok', answer };
  if (result === 'load limit') return { kind: 'full', why: textOf(answer.message) };
  if (result !== 'error') return { kind: 'malformed' };
  const why = textOf(answer['error-reason']);
  if (why === 'Unknown call-id') return { kind: 'unknown-call' };
  return { kind: aboutTheDescription.test(why) ? 'refused' : 'full', why };
}

/** The description in an answer; undefined where there is none. */
export function sdpOf(answer: BencodedDictionary): string | undefined {
  return typeof answer.sdp === 'string' && answer.sdp.startsWith('v=0') ? answer.sdp : undefined;
}

/** How long it runs, seconds, from the answer to `statistics`. */
export function uptimeOf(answer: BencodedDictionary): number | undefined {
  const uptime = Number(textOf(at(answer, 'statistics', 'totalstatistics', 'uptime')) || Number.NaN);
  return Number.isFinite(uptime) ? uptime : undefined;
}

/** What it carries, from the answer to `statistics`. */
export function loadOf(answer: BencodedDictionary): RelayLoad {
  const current = at(answer, 'statistics', 'currentstatistics');
  const figure = (name: string) => numberOf(at(current, name)) ?? 0;
  return {
    sessions: figure('sessionstotal'),
    packetsPerSecond: figure('packetrate'),
    errorsPerSecond: figure('errorrate'),
  };
}

/** What went through a session, from the answer to `query`; branches of a fork together. */
export function figuresOf(answer: BencodedDictionary): RelayFigures {
  const packets: Record<RelaySide, number> = { inside: 0, outside: 0 };
  for (const [tag, party] of entries(at(answer, 'tags'))) {
    const side = isOutsideTag(tag) ? 'outside' : 'inside';
    for (const stream of rtpStreams(party)) packets[side] += numberOf(at(stream, 'stats', 'packets')) ?? 0;
  }
  return { inside: { packets: packets.inside }, outside: { packets: packets.outside } };
}

function rtpStreams(party: Bencoded): BencodedDictionary[] {
  return list(at(party, 'medias'))
    .flatMap((media) => list(at(media, 'streams')))
    .filter(isDictionary)
    .filter((stream) => list(stream.flags).includes('RTP'));
}

function at(value: Bencoded | undefined, ...path: readonly string[]): Bencoded | undefined {
  return path.reduce<Bencoded | undefined>((inner, key) => (isDictionary(inner) ? inner[key] : undefined), value);
}

function entries(value: Bencoded | undefined): [string, Bencoded][] {
  return isDictionary(value) ? Object.entries(value) : [];
}

function list(value: Bencoded | undefined): readonly Bencoded[] {
  return Array.isArray(value) ? value : [];
}

function textOf(value: Bencoded | undefined): string {
  return typeof value === 'string' ? value.slice(0, 200) : '';
}

function numberOf(value: Bencoded | undefined): number | undefined {
  return typeof value === 'number' ? value : undefined;
}
