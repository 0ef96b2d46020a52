/** Kamailio did not answer at all: not there, too slow, or no JSON-RPC at that address. Trying again may help. */
export class KamailioUnreachableError extends Error {
  override readonly name = 'KamailioUnreachableError';
}

/** Kamailio answered with an error of its own. */
export class KamailioRefusedError extends Error {
  override readonly name = 'KamailioRefusedError';
  /** As Kamailio says it: 404, 500 … */
  readonly code: number;

  constructor(method: string, code: number, message: string) {
    super(`${method}: ${message} (${code})`);
    this.code = code;
  }
}

/** The answer is not what this command answers: another version, or something else that listens there. */
export class KamailioAnswerError extends Error {
  override readonly name = 'KamailioAnswerError';
}
