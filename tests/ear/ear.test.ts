import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seededRandom } from '@hookswitch/kernel/random';
import { describe, expect, it } from 'vitest';
import { decodeG711, encodeG711 } from './g711.js';
import { heardInOrder } from './heard-in-order.js';
import { type Party, parties, partyTones } from './parties.js';
import { readSoundFile } from './read-sound-file.js';
import { RtpEar, readRtp } from './rtp-ear.js';
import { toneSamples } from './tone.js';
import { toneLevel } from './tone-level.js';
import { readWav, writeWav } from './wav.js';
import { heardMilliseconds, whoIsHeard } from './who-is-heard.js';

const second = 8000;

/** All these parties at once, as a mixer that does not overflow would add them. */
function mixOf(...who: Party[]): Int16Array {
  const all = who.map((party) => toneSamples(partyTones[party], second));
  return Int16Array.from({ length: second }, (_, n) =>
    all.reduce((sum, samples) => sum + Math.round(samples[n]! / Math.max(1, who.length / 3)), 0),
  );
}

describe('the ear', () => {
  it.each(parties)('hears %s, and nobody else, through either codec', (party) => {
    const samples = toneSamples(partyTones[party], second);
    expect(whoIsHeard(samples)).toEqual([party]);
    expect(whoIsHeard(decodeG711(encodeG711(samples, 'PCMU'), 'PCMU'))).toEqual([party]);
    expect(whoIsHeard(decodeG711(encodeG711(samples, 'PCMA'), 'PCMA'))).toEqual([party]);
  });

  it('measures a tone at the level it was made with', () => {
    expect(toneLevel(toneSamples(1040, 800), 1040)).toBeCloseTo(-12, 1);
    expect(toneLevel(toneSamples(1040, 800), 1780)).toBeLessThan(-60);
  });

  it('hears everybody in a mix of all, and tells who is missing from a mix of some', () => {
    expect(whoIsHeard(mixOf(...parties))).toEqual([...parties].sort());
    expect(whoIsHeard(mixOf('caller', 'prompt'))).toEqual(['caller', 'prompt']);
  });

  it('hears nobody in silence, in noise, in digits and in ringback', () => {
    const random = seededRandom(1);
    const noise = Int16Array.from({ length: second }, () => (random.next() - 0.5) * 8192);
    const pair = (a: number, b: number) => {
      const other = toneSamples(b, second);
      return toneSamples(a, second).map((sample, n) => sample + other[n]!);
    };
    expect(whoIsHeard(new Int16Array(second))).toEqual([]);
    expect(whoIsHeard(noise)).toEqual([]);
    for (const low of [697, 770, 852, 941]) {
      for (const high of [1209, 1336, 1477, 1633]) expect(whoIsHeard(pair(low, high))).toEqual([]);
    }
    expect(whoIsHeard(pair(440, 480))).toEqual([]);
    expect(whoIsHeard(new Int16Array(0))).toEqual([]);
  });

  it('tells for how long a party was heard', () => {
    const half = toneSamples(partyTones.agent, second / 2);
    const samples = new Int16Array(2 * second);
    samples.set(half, second);
    expect(heardMilliseconds(samples)).toEqual({ agent: 500 });
    expect(whoIsHeard(samples, { atLeastMs: 600 })).toEqual([]);
  });

  it('does not take a click for a party', () => {
    const samples = new Int16Array(second);
    samples.set(toneSamples(partyTones.caller, 400), 2000);
    expect(whoIsHeard(samples)).toEqual([]);
  });
});

describe('sound files', () => {
  it('come back from WAV as they were written, each channel its own', () => {
    const sound = { rate: 8000, channels: [toneSamples(560, 1000), toneSamples(1040, 1000)] };
    const read = readWav(writeWav(sound));
    expect(read).toEqual(sound);
    expect(whoIsHeard(read.channels[1]!, { atLeastMs: 100 })).toEqual(['callee']);
  });

  it('are cut where the file ends before it says', () => {
    const whole = writeWav({ rate: 8000, channels: [toneSamples(560, 1000)] });
    expect(readWav(whole.slice(0, 44 + 501)).channels[0]).toHaveLength(250);
  });

  it.each([
    ['nothing', new Uint8Array(0)],
    ['text', Buffer.from('this is no sound at all, only words')],
    ['a header alone', writeWav({ rate: 8000, channels: [new Int16Array(4)] }).slice(0, 36)],
  ])('are refused when they are %s', (_, bytes) => {
    expect(() => readWav(bytes)).toThrow(/WAV/);
  });

  it('are read from MP3 with each party on its own channel', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'hookswitch-ear-'));
    try {
      const wav = join(folder, 'both.wav');
      const mp3 = join(folder, 'both.mp3');
      const channels = [toneSamples(partyTones.caller, 2 * second), toneSamples(partyTones.callee, 2 * second)];
      writeFileSync(wav, writeWav({ rate: 8000, channels }));
      const { execFileSync } = await import('node:child_process');
      execFileSync('ffmpeg', ['-v', 'error', '-nostdin', '-i', wav, '-b:a', '64k', mp3]);
      const read = await readSoundFile(mp3);
      expect(read.channels.map((samples) => whoIsHeard(samples))).toEqual([['caller'], ['callee']]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

describe('RtpEar', () => {
  const packet = (type: number, sequence: number, timestamp: number, payload: Uint8Array) => {
    const bytes = Buffer.alloc(12 + payload.length);
    bytes.writeUInt8(0x80, 0);
    bytes.writeUInt8(type, 1);
    bytes.writeUInt16BE(sequence, 2);
    bytes.writeUInt32BE(timestamp, 4);
    bytes.writeUInt32BE(7, 8);
    bytes.set(payload, 12);
    return readRtp(bytes)!;
  };

  it('hears who speaks in G.711 packets, repeated ones once', () => {
    const ear = new RtpEar();
    for (let n = 0; n < 50; n += 1) {
      const samples = toneSamples(partyTones.callee, 160, { offset: n * 160 });
      const one = packet(0, n, n * 160, encodeG711(samples, 'PCMU'));
      ear.take(one);
      ear.take(one);
    }
    expect(ear.length).toBe(8000);
    expect(whoIsHeard(ear.samples())).toEqual(['callee']);
    expect(whoIsHeard(ear.samples(7000))).toEqual([]);
  });

  it('takes a digit of many packets once, and the same digit pressed twice twice (RFC 4733 2.5.1.2)', () => {
    const ear = new RtpEar();
    let sequence = 0;
    for (const [timestamp, key] of [
      [100, 5],
      [2000, 5],
      [4000, 11],
    ] as const) {
      for (let n = 1; n <= 6; n += 1) {
        ear.take(packet(101, (sequence += 1), timestamp, Uint8Array.of(key, n > 3 ? 0x8a : 10, 0, n)));
      }
    }
    expect(ear.digits).toBe('55#');
    expect(ear.length).toBe(0);
  });

  it('takes nothing else for RTP', () => {
    expect(readRtp(Uint8Array.of(0x80, 0))).toBeUndefined();
    expect(readRtp(Buffer.from('INVITE sip:a@b SIP/2.0'))).toBeUndefined();
    expect(readRtp(Uint8Array.of(0x80, 200, ...new Uint8Array(20)))).toBeUndefined();
    expect(readRtp(Uint8Array.of(0x8f, 0, ...new Uint8Array(12)))).toBeUndefined();
  });
});

describe('what is heard in order', () => {
  /** Half a second of a tone, from that time of the stream on. */
  const half = (party: Party, fromMs: number, marker: boolean) =>
    Array.from({ length: 25 }, (_, n) => {
      const samples = toneSamples(partyTones[party], 4000).subarray(n * 160, n * 160 + 160);
      return {
        payloadType: 0,
        marker: marker && n === 0,
        sequence: n,
        timestamp: (0xffff_ff00 + fromMs * 8 + n * 160) >>> 0,
        ssrc: 1,
        payload: encodeG711(samples, 'PCMU'),
      };
    });

  it.each([
    ['begun anew after a pause is heard twice', true, ['prompt', 'prompt']],
    ['that a starved sender left some of is heard once', false, ['prompt']],
  ] as const)('a tone %s', (_name, marker, heard) => {
    const packets = [...half('prompt', 0, true), ...half('prompt', 800, marker)];
    expect(heardInOrder(packets).map(({ party }) => party)).toEqual(heard);
  });

  it('another tone is another, however it was begun', () => {
    const packets = [...half('prompt', 0, true), ...half('music', 500, false), ...half('prompt', 1000, false)];
    expect(heardInOrder(packets).map(({ party, ms }) => [party, ms])).toEqual([
      ['prompt', 500],
      ['music', 500],
      ['prompt', 500],
    ]);
  });
});
