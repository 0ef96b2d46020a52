import { BaseError } from '@hookswitch/kernel/base-error';

/** The offer holds no codec, or no media line, that we can take. */
export class NoCommonCodecError extends BaseError {
  constructor(offered: readonly string[]) {
    super(
      'conflict',
      'no-common-codec',
      `The far end offers ${offered.join(', ') || 'no audio'}; PCMU or PCMA is needed.`,
    );
  }
}

/** The media must be encrypted, or says that it is, and has no keys. */
export class NoEncryptionError extends BaseError {
  constructor() {
    super(
      'conflict',
      'no-encryption',
      'The media of this call is to be encrypted (SRTP), and there are no keys for it.',
    );
  }
}

/** An address the engine was told to listen on cannot be used. */
export class ListenError extends BaseError {
  constructor(address: string, cause: unknown) {
    super(
      'unavailable',
      'cannot-listen',
      `Cannot listen on ${address}: ${cause instanceof Error ? cause.message : String(cause)}.`,
      { cause },
    );
  }
}

/** All media ports of the configured range are in use. */
export class NoMediaPortError extends BaseError {
  constructor() {
    super(
      'limit',
      'no-media-port',
      'All media ports are in use. Widen the RTP port range or lower the concurrent-call limit.',
      { retryAfterSeconds: 5 },
    );
  }
}

/** What carries the sound is gone, or not there yet: no leg has any. */
export class MediaPlaneLostError extends BaseError {
  constructor(detail: string) {
    super('unavailable', 'media-plane-lost', `The media plane cannot be used: ${detail}.`, { retryAfterSeconds: 5 });
  }
}

/** A conference takes no further member of that kind. */
export class ConferenceFullError extends BaseError {
  constructor(kind: 'members' | 'speakers', most: number) {
    super('conflict', 'conference-full', `The conference has its ${most} ${kind} already.`);
  }
}
