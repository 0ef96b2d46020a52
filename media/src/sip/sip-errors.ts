import { BaseError } from '@hookswitch/kernel/base-error';

/** A message, or a part of one, breaks the grammar of RFC 3261 25 (or RFC 8866 for SDP). The only thing the parsers throw. */
export class SipSyntaxError extends BaseError {
  constructor(message: string) {
    super('invalid', 'sip-syntax', message);
  }
}

/** A message is larger than our limits. */
export class SipTooLargeError extends BaseError {
  constructor(message: string) {
    super('too_large', 'sip-too-large', message);
  }
}

/** Something of ours was to be sent that would not be a valid message: a line break in a header, for example. */
export class SipBuildError extends BaseError {
  constructor(message: string) {
    super('invalid', 'sip-build', message);
  }
}

/** A description holds no audio that we can take (488). */
export class NoCommonFormatError extends BaseError {
  /** Names of what was offered, at most ten. */
  readonly offered: readonly string[];

  constructor(offered: readonly string[]) {
    super(
      'conflict',
      'no-common-format',
      `PCMU or PCMA over RTP is needed; offered: ${offered.join(', ') || 'no audio'}.`,
    );
    this.offered = offered;
  }
}
