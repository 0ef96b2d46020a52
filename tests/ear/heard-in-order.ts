import { decodeG711 } from './g711.js';
import { type Party, parties, partyTones } from './parties.js';
import type { HeardPacket } from './rtp-ear.js';
import { toneLevel } from './tone-level.js';

/** One party heard without a break. Times are milliseconds of the stream, by its own RTP timestamps, from its first packet on: how loaded the machine was does not matter. */
export interface Stretch {
  readonly party: Party;
  readonly fromMs: number;
  readonly ms: number;
}

const rate = 8000;
const window = 400; // 50 ms
const audibleDb = -30;
/** Shorter stretches are the edges of windows. */
const shortestMs = 150;

/** A shorter gap in one tone is a lost packet. */
const longestGapMs = 100;

/**
 * What was heard, in order. Silence between packets counts as long as their timestamps say. A tone that was not begun anew after a gap, as the marker would tell (RFC 3551 4.1), goes on: a starved sender
 * left some of it out.
 */
export function heardInOrder(packets: readonly HeardPacket[]): Stretch[] {
  const sound = samplesOf(packets);
  const beginnings = beginningsOf(packets);
  const stretches: Stretch[] = [];
  for (let start = 0; start + window <= sound.length; start += window) {
    const party = loudest(sound.subarray(start, start + window));
    if (!party) continue;
    const fromMs = (start * 1000) / rate;
    const endMs = fromMs + (window * 1000) / rate;
    const last = stretches.at(-1);
    const goesOn = last?.party === party && !isBreak(last.fromMs + last.ms, fromMs, beginnings);
    if (goesOn) stretches[stretches.length - 1] = { ...last, ms: endMs - last.fromMs };
    else stretches.push({ party, fromMs, ms: endMs - fromMs });
  }
  return stretches.filter(({ ms }) => ms >= shortestMs);
}

/** Whether a tone that is silent from `fromMs` to `toMs` is begun anew. */
function isBreak(fromMs: number, toMs: number, beginnings: readonly number[]): boolean {
  return toMs - fromMs > longestGapMs && beginnings.some((at) => at > fromMs && at < toMs + (window * 1000) / rate);
}

/** When somebody began to talk, milliseconds of the stream. */
function beginningsOf(packets: readonly HeardPacket[]): number[] {
  const sound = packets.filter(isSound);
  return sound
    .filter(({ marker }) => marker)
    .map(({ timestamp }) => (((timestamp - sound[0]!.timestamp) | 0) * 1000) / rate);
}

function isSound({ payloadType }: HeardPacket): boolean {
  return payloadType === 0 || payloadType === 8;
}

/** The samples of a stream where their timestamps put them. */
export function samplesOf(packets: readonly HeardPacket[]): Int16Array {
  const sound = packets.filter(isSound);
  const [first] = sound;
  if (!first) return new Int16Array();
  const offset = ({ timestamp }: HeardPacket) => (timestamp - first.timestamp) | 0;
  const length = Math.max(...sound.map((packet) => offset(packet) + packet.payload.length));
  const samples = new Int16Array(Math.max(0, length));
  for (const packet of sound) {
    const at = offset(packet);
    if (at >= 0) samples.set(decodeG711(packet.payload, packet.payloadType === 0 ? 'PCMU' : 'PCMA'), at);
  }
  return samples;
}

function loudest(samples: Int16Array): Party | undefined {
  let best: { party: Party; level: number } | undefined;
  for (const party of parties) {
    const level = toneLevel(samples, partyTones[party], rate);
    if (level >= audibleDb && (best === undefined || level > best.level)) best = { party, level };
  }
  return best?.party;
}
