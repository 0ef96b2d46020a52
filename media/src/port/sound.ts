/**
 * Sound as it enters the port: already fetched, checked, decoded and cached by the product. Drivers never see a URL.
 */
export type Sound = AudioRef | ToneSound;

/** Decoded audio: mono, 16-bit signed PCM. */
export interface AudioRef {
  readonly kind: 'audio';
  /** Names the content (a hash of it), so that a driver may cache what it made of it. */
  readonly key: string;
  /** Samples a second, for example 8000. */
  readonly sampleRate: number;
  /** The samples. Kept in a `SharedArrayBuffer` where they cross threads often, so that they are not copied. */
  readonly samples: Int16Array;
}

/** A tone a driver makes itself: ringback, beeps, busy. */
export interface ToneSound {
  readonly kind: 'tone';
  /** Frequencies in Hz that sound together, each at `levelDbm0`. */
  readonly frequencies: readonly number[];
  /** Level of each frequency in dBm0 (0 is loudest; -13 is usual). */
  readonly levelDbm0: number;
  /** Milliseconds on, off, on, off …; repeated. One number alone sounds once for so long. */
  readonly cadenceMs: readonly number[];
}

/** Length of decoded audio in milliseconds. */
export function audioDurationMs(audio: AudioRef): number {
  return (audio.samples.length / audio.sampleRate) * 1000;
}

/** North American ringback (ITU-T E.180: 440 + 480 Hz, 2 s on, 4 s off): what a caller hears while a dial rings. */
export const ringbackTone: ToneSound = {
  kind: 'tone',
  frequencies: [440, 480],
  levelDbm0: -19,
  cadenceMs: [2000, 4000],
};

/** The beep before a message is recorded. */
export const recordBeep: ToneSound = { kind: 'tone', frequencies: [1000], levelDbm0: -13, cadenceMs: [400] };
