import { BaseError } from '@hookswitch/kernel/base-error';
import type { CallScript } from './call.js';
import { InvalidCallRequestError } from './call-errors.js';

/** Checks a list of verbs. Throws the parser's error, with the pointer of each fault. */
export type CheckScript = (verbs: unknown) => unknown;

/** The parts of a request that name a script. */
export interface ScriptRequest {
  readonly scriptUrl?: string | undefined;
  readonly fallbackUrl?: string | undefined;
  readonly script?: readonly unknown[] | undefined;
}

/**
 * The script that a request gives, or undefined where it gives none.
 * @throws InvalidCallRequestError where it gives two, or a fallback without a URL
 * @throws the parser's error, its pointers moved under `/script`
 */
export function scriptOfRequest(request: ScriptRequest, checkScript: CheckScript): CallScript | undefined {
  const { scriptUrl, fallbackUrl, script } = request;
  if (scriptUrl !== undefined && script !== undefined) {
    throw new InvalidCallRequestError({ pointer: '/script', message: 'and scriptUrl exclude each other' });
  }
  if (fallbackUrl !== undefined && scriptUrl === undefined) {
    throw new InvalidCallRequestError({ pointer: '/fallbackUrl', message: 'needs scriptUrl' });
  }
  if (script === undefined) {
    if (scriptUrl === undefined) return undefined;
    return { url: scriptUrl, ...(fallbackUrl === undefined ? {} : { fallbackUrl }) };
  }
  const inline = JSON.stringify(script);
  try {
    checkScript(JSON.parse(inline));
  } catch (error) {
    if (!(error instanceof BaseError)) throw error;
    const fields = error.fields.map(({ pointer, message }) => ({ pointer: `/script${pointer}`, message }));
    throw new BaseError(error.kind, error.code, error.message, { fields });
  }
  return { inline };
}
