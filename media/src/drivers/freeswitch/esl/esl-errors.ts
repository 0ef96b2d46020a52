import { BaseError } from '@hookswitch/kernel/base-error';

/** The media server cannot be commanded now: no connection, or it fell while a reply was awaited. */
export class SwitchUnreachableError extends BaseError {
  constructor(address: string, why: string) {
    super('unavailable', 'media-server-unreachable', `FreeSWITCH at ${address} cannot be reached: ${why}.`);
  }
}

/** The media server refused our password. */
export class SwitchRefusedError extends BaseError {
  constructor(address: string, reply: string) {
    super('unavailable', 'media-server-refused', `FreeSWITCH at ${address} does not take our password: ${reply}.`);
  }
}

/** A command would hold a line break or a control character: a fault of whoever made it, and never sent. */
export class UnsafeCommandError extends BaseError {
  constructor() {
    super('bug', 'unsafe-switch-command', 'A command for FreeSWITCH must be one line of printable characters.');
  }
}
