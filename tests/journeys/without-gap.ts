import { expect } from 'vitest';
import type { Party } from '../ear/parties.js';
import { heardMilliseconds } from '../ear/who-is-heard.js';
import type { ToneCall } from '../peers/tone-phone/tone-call.js';

/** A moment in what a phone hears. */
export interface Heard {
  readonly packets: number;
  readonly samples: number;
}

/** From here on. */
export function sinceNow({ media }: ToneCall): Heard {
  return { packets: media.packets.all.length, samples: media.ear.length };
}

/** What came since `from`: no packet missing, and all of one stream. */
export function noPacketMissing({ media }: ToneCall, from: Heard): void {
  const packets = media.packets.all.slice(from.packets).map(({ packet }) => packet);
  const steps = packets
    .slice(1)
    .map(({ sequence, ssrc }, at) => [
      (sequence - packets[at]!.sequence + 65_536) % 65_536,
      ssrc === packets[at]!.ssrc,
    ]);
  expect(steps.filter(([step, same]) => step !== 1 || !same)).toEqual([]);
}

/** What came since `from`: nothing but that party, no packet missing. */
export function heardWithoutGap(call: ToneCall, from: Heard, who: Party): void {
  noPacketMissing(call, from);
  const samples = call.media.ear.samples(from.samples);
  const whole = Math.floor(samples.length / 800) * 100;
  expect(whole).toBeGreaterThan(1000);
  expect(heardMilliseconds(samples)).toEqual({ [who]: whole });
}
