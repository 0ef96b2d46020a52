import { BaseError } from '@hookswitch/kernel/base-error';

/** The bytes are no audio we can read, or broken. */
export class UnreadableAudioError extends BaseError {
  constructor(why: string) {
    super('invalid', 'audio-unreadable', `The audio cannot be read: ${why}.`);
  }
}

/** The audio is longer than allowed. */
export class AudioTooLongError extends BaseError {
  constructor(maxSeconds: number) {
    super('too_large', 'audio-too-long', `The audio is longer than ${maxSeconds} seconds.`);
  }
}

/** What would be needed to read this kind of audio is not installed. */
export class AudioConverterMissingError extends BaseError {
  constructor(program: string) {
    super(
      'unavailable',
      'audio-converter-missing',
      `${program} is needed for anything but plain WAV and is not installed. Install ffmpeg, set FFMPEG_PATH, or send 16-bit PCM WAV.`,
    );
  }
}

/** A sound to be played cannot be had. `reason` says why: the HTTP client's word, `bad-status`, `not-found`, or why it cannot be read. */
export class AudioUnavailableError extends BaseError {
  readonly reason: string;
  constructor(reason: string, message: string, cause?: unknown) {
    super('upstream', 'audio-unavailable', message, cause === undefined ? {} : { cause });
    this.reason = reason;
  }
}
