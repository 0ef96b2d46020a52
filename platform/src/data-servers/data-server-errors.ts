import { BaseError } from '@hookswitch/kernel/base-error';

/** A program we need is not installed. The message says which package has it. */
export class ProgramMissingError extends BaseError {
  constructor(program: string, advice: string) {
    super('unavailable', 'program-missing', `${program} is not installed. ${advice}`);
  }
}

/** A server that we started did not come up. The message ends with its own last words. */
export class DataServerNotReadyError extends BaseError {
  constructor(name: string, why: string, logFile: string, lastWords: string) {
    super(
      'unavailable',
      'data-server-not-ready',
      `${name} ${why}. Its log is ${logFile}${lastWords === '' ? ', and empty' : ` and ends: ${lastWords}`}`,
    );
  }
}

/** No mongod could be fetched: usually because only package registries answer here. */
export class MongodFetchError extends BaseError {
  constructor(why: string, cause?: unknown) {
    super(
      'unavailable',
      'mongod-not-fetched',
      `No mongod could be downloaded (${why}). Set MONGODB_URI, install mongod, or let script/setup build the stand-in.`,
      { cause },
    );
  }
}
