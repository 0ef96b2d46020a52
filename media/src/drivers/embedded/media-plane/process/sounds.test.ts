import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AudioRef } from '../../../../port/sound.js';
import { FrameReader, FrameWriter } from './frames.js';
import { ReceivedSounds } from './received-sounds.js';
import { SentSounds } from './sent-sounds.js';

/** A sound of so many samples, which are all its number. */
const sound = (number: number, length: number): AudioRef => ({
  kind: 'audio',
  key: `k${number}`,
  sampleRate: 8000,
  samples: new Int16Array(length).fill(number),
});

/** Both ends of a connection. */
function ends(keptBytes: number) {
  const received = new ReceivedSounds();
  let kept = 0;
  let sent = 0;
  const reader = new FrameReader({
    messages(list) {
      for (const message of list as { kind: string; soundId: number; length: number }[]) {
        kept += message.kind === 'sound' ? 1 : -1;
        sent += message.kind === 'sound' ? 1 : 0;
        const holds = message.kind === 'sound' ? received.begins(message) : received.forget(message.soundId);
        expect(holds).toBe(true);
      }
    },
    samples: (soundId, bytes) => expect(received.samples(soundId, bytes)).toBe(true),
  });
  const writer = new FrameWriter((bytes) => reader.take(Buffer.from(bytes)));
  const sentSounds = new SentSounds(writer, keptBytes);
  return {
    get kept() {
      return kept;
    },
    get sent() {
      return sent;
    },
    /** What the plane plays where this is played. */
    played(one: AudioRef) {
      const { soundId } = sentSounds.named(one);
      writer.flush();
      return received.get(soundId);
    },
  };
}

describe('sounds on their way to a media process', () => {
  it('are there, whole, whenever one is played, however little is kept', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(9), { maxLength: 60 }), fc.integer({ min: 1, max: 20_000 }), (numbers, keptBytes) => {
        const both = ends(keptBytes);
        for (const number of numbers)
          expect(both.played(sound(number, number * 300))).toEqual(sound(number, number * 300));
      }),
    );
  });

  it('are sent once while they are kept; those used longest ago are forgotten first', () => {
    const both = ends(2_000);
    const [a, b, c] = [sound(1, 400), sound(2, 400), sound(3, 400)] as const;
    for (const one of [a, b, a, b, a]) both.played(one);
    expect([both.sent, both.kept]).toEqual([2, 2]);
    both.played(c);
    both.played(a);
    expect([both.sent, both.kept]).toEqual([3, 2]);
    both.played(b);
    expect([both.sent, both.kept]).toEqual([4, 2]);
  });

  it('are bounded, whoever sends them', () => {
    const received = new ReceivedSounds();
    const begins = { soundId: 1, key: 'k', sampleRate: 8000, length: 100 };
    expect(received.begins({ ...begins, length: 200 * 1024 * 1024 })).toBe(false);
    expect(received.begins({ ...begins, length: -1 })).toBe(false);
    expect(received.begins({ ...begins, sampleRate: 0 })).toBe(false);
    expect(received.begins(begins)).toBe(true);
    expect(received.begins(begins)).toBe(false);
    expect(received.samples(1, Buffer.alloc(201))).toBe(false);
    expect(received.samples(2, Buffer.alloc(1))).toBe(false);
    expect(received.get(1)).toBeUndefined();
    expect(received.samples(1, Buffer.alloc(200))).toBe(true);
    expect(received.get(1)?.samples).toHaveLength(100);
    expect([received.forget(1), received.forget(1), received.forget('x')]).toEqual([true, false, false]);
  });
});
