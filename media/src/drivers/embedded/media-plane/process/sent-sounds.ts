import type { AudioRef } from '../../../../port/sound.js';
import type { FrameWriter } from './frames.js';
import type { ControlMessage, SoundByNumber } from './socket-messages.js';

/** Samples that the plane keeps for us, bytes: an hour at 8 kHz is 58 million. Those used longest ago are forgotten first. */
const keptBytes = 128 * 1024 * 1024;

/** The sounds that were sent over one connection: each goes once, however often it is played. */
export class SentSounds {
  readonly #writer: FrameWriter;
  readonly #keptBytes: number;
  readonly #sent = new Map<string, { readonly soundId: number; readonly bytes: number }>();
  #bytes = 0;
  #lastId = 0;

  constructor(writer: FrameWriter, mostBytes = keptBytes) {
    this.#writer = writer;
    this.#keptBytes = mostBytes;
  }

  /** The sound as a command names it, sent before where it was not yet. */
  named(sound: AudioRef): SoundByNumber {
    const key = `${sound.sampleRate} ${sound.key}`;
    const known = this.#sent.get(key);
    const { soundId, bytes } = known ?? this.#send(sound);
    // The one used last is the last of the map.
    this.#sent.delete(key);
    this.#sent.set(key, { soundId, bytes });
    this.#forgetOldest();
    return { kind: 'audio', soundId };
  }

  #send({ key, sampleRate, samples }: AudioRef): { soundId: number; bytes: number } {
    const soundId = ++this.#lastId;
    this.#writer.say({ kind: 'sound', soundId, key, sampleRate, length: samples.length } satisfies ControlMessage);
    this.#writer.samples(soundId, samples);
    this.#bytes += samples.byteLength;
    return { soundId, bytes: samples.byteLength };
  }

  #forgetOldest(): void {
    for (const [key, { soundId, bytes }] of this.#sent) {
      if (this.#bytes <= this.#keptBytes || this.#sent.size === 1) return;
      this.#sent.delete(key);
      this.#bytes -= bytes;
      this.#writer.say({ kind: 'forget', soundId } satisfies ControlMessage);
    }
  }
}
