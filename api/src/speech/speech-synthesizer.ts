import { BaseError } from '@hookswitch/kernel/base-error';
import type { Pcm } from '../audio/pcm.js';
import type { SpeechRequest } from '../scripting/script-context.js';

/**
 * Makes speech. It refuses to know who asked; keeping what was made is not its work (see `cached-speech.ts`).
 *
 * What must hold: the same request sounds the same; an unknown language or voice is an error, never another voice in silence; what it makes is telephone sound (8 kHz); it settles soon after the signal aborts.
 */
export interface SpeechSynthesizer {
  /** Tells what it makes apart from what others make, in the cache: changes when the sound would. */
  readonly name: string;
  /** Rejects with `SpeechFailedError`. */
  synthesize(request: SpeechRequest, signal: AbortSignal): Promise<Pcm>;
}

/** Why there is no speech. */
export type SpeechFailure =
  | 'unknown-language'
  | 'unknown-voice'
  | 'not-installed'
  | 'too-busy'
  | 'too-long'
  | 'aborted'
  | 'failed';

/** A text could not be spoken. */
export class SpeechFailedError extends BaseError {
  readonly reason: SpeechFailure;

  constructor(reason: SpeechFailure, message: string, cause?: unknown) {
    super('upstream', 'speech-failed', message, cause === undefined ? {} : { cause });
    this.reason = reason;
  }
}
