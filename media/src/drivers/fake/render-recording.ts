import type { AudioRef, ToneSound } from '../../port/sound.js';
import type { SoundEntry } from './sound-track.js';

const rate = 8000;

/** A stretch of a recording: its place on the leg's time line, and whether it is kept as sound or as silence. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly silent: boolean;
}

/** Makes the samples of one channel (8 kHz) from what a track heard during `stretches`. */
export function renderChannel(entries: readonly SoundEntry[], stretches: readonly Stretch[]): Int16Array {
  const length = stretches.reduce((sum, { from, to }) => sum + samplesIn(to - from), 0);
  const channel = new Int16Array(length);
  let at = 0;
  for (const { from, to, silent } of stretches) {
    if (!silent) for (const entry of entries) renderEntry(channel, at, entry, from, to);
    at += samplesIn(to - from);
  }
  return channel;
}

function renderEntry(channel: Int16Array, at: number, entry: SoundEntry, from: number, to: number): void {
  const start = Math.max(entry.startedAt, from);
  const end = Math.min(entry.endedAt ?? Number.POSITIVE_INFINITY, to);
  const first = samplesIn(start - from);
  const count = samplesIn(end - start);
  const skipped = entry.offsetMs + (start - entry.startedAt);
  const gain = 10 ** (-(entry.quieterDb ?? 0) / 20);
  for (let index = 0; index < count; index += 1) {
    const ms = skipped + (index * 1000) / rate;
    const sample = entry.sound.kind === 'tone' ? toneAt(entry.sound, ms) : audioAt(entry.sound, ms, entry.loops);
    channel[at + first + index] = clamp(channel[at + first + index]! + sample * gain);
  }
}

function toneAt(tone: ToneSound, ms: number): number {
  const cycle = tone.cadenceMs.reduce((sum, each) => sum + each, 0);
  let within = tone.cadenceMs.length > 1 && cycle > 0 ? ms % cycle : ms;
  for (const [index, length] of tone.cadenceMs.entries()) {
    if (within < length) {
      if (index % 2 === 1) return 0;
      // 0 dBm0 is a sine 3.14 dB below full scale (ITU-T G.711).
      const amplitude = 32_767 * 10 ** ((tone.levelDbm0 - 3.14) / 20);
      const sum = tone.frequencies.reduce((total, hz) => total + Math.sin((2 * Math.PI * hz * ms) / 1000), 0);
      return clamp(sum * amplitude);
    }
    within -= length;
  }
  return 0;
}

function audioAt(audio: AudioRef, ms: number, loops: number): number {
  const index = Math.floor((ms * audio.sampleRate) / 1000);
  const pass = Math.floor(index / Math.max(1, audio.samples.length));
  if (loops !== 0 && pass >= loops) return 0;
  return audio.samples[index % Math.max(1, audio.samples.length)] ?? 0;
}

/** A WAV file: 16-bit PCM at 8 kHz, channels interleaved; a missing tail is silence. */
export function wavFile(channels: readonly Int16Array[]): Buffer {
  const frames = Math.max(0, ...channels.map((channel) => channel.length));
  const data = Buffer.alloc(frames * channels.length * 2);
  for (const [index, channel] of channels.entries()) {
    for (let frame = 0; frame < channel.length; frame += 1) {
      data.writeInt16LE(channel[frame]!, (frame * channels.length + index) * 2);
    }
  }
  const header = Buffer.alloc(44);
  header.write('RIFF', 0, 'latin1');
  header.writeUInt32LE(36 + data.length, 4);
  header.write('WAVEfmt ', 8, 'latin1');
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(channels.length, 22);
  header.writeUInt32LE(rate, 24);
  header.writeUInt32LE(rate * channels.length * 2, 28);
  header.writeUInt16LE(channels.length * 2, 32);
  header.writeUInt16LE(16, 34);
  header.write('data', 36, 'latin1');
  header.writeUInt32LE(data.length, 40);
  return Buffer.concat([header, data]);
}

/** Two channels heard as one. */
export function mixChannels(a: Int16Array, b: Int16Array): Int16Array {
  return Int16Array.from({ length: Math.max(a.length, b.length) }, (_, index) =>
    clamp((a[index] ?? 0) + (b[index] ?? 0)),
  );
}

function samplesIn(ms: number): number {
  return Math.max(0, Math.round((ms * rate) / 1000));
}

function clamp(value: number): number {
  return Math.max(-32_768, Math.min(32_767, Math.round(value)));
}
