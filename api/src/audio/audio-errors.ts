import { BaseError } from '@hookswitch/kernel/base-error';
import { DuplicateRecordError } from '../store/tenant-collection.js';

/** The bytes are no audio we can read, or broken. */
export class UnreadableAudioError extends BaseError {
  constructor(why: string) {
    super('invalid', 'audio-unreadable', `The audio cannot be read: ${why}.`);
  }
}

export class AudioNameTakenError extends BaseError {
  constructor() {
    super('conflict', 'already-exists', 'A sound with this name exists. Choose another.', {
      fields: [{ pointer: '/name', message: 'is in use' }],
    });
  }
}

/** A broken unique rule of sounds as the user knows it; other errors as they are. */
export function asAudioError(error: unknown): unknown {
  return error instanceof DuplicateRecordError ? new AudioNameTakenError() : error;
}

/** Something would fail without the sound. */
export class AudioInUseError extends BaseError {
  constructor(users: readonly string[]) {
    const shown = users.slice(0, 10).join(', ') + (users.length > 10 ? ` and ${users.length - 10} more` : '');
    super(
      'conflict',
      'audio-in-use',
      `The sound is used by ${shown}. Take it from there first, or delete it with force.`,
    );
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
