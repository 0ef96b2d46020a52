import type { Readable } from 'node:stream';
import { BaseError } from '@hookswitch/kernel/base-error';

/**
 * Keeps files: recordings, uploaded audio. It refuses to know what is in them and whose they are.
 *
 * What must hold on every adapter:
 * - An object is there whole or not at all, also after a crash; putting one again replaces it, and whoever reads the old one at that moment reads it to its end.
 * - Once `put` or `putFile` has resolved, the object survives the process.
 * - A key is one to eight names apart by slashes, each of letters, digits, `.`, `_` and `-`, none beginning with a dot; anything else is `InvalidObjectKeyError`.
 */
export interface ObjectStore {
  /** Stores bytes. `type` is their media type, for stores that keep it. */
  put(key: string, bytes: Uint8Array, type: string): Promise<void>;
  /** Stores a local file, which stays where it is. */
  putFile(key: string, path: string, type: string): Promise<void>;
  /** The bytes from `start` to `end`, both included; all of them without a range. Rejects with `ObjectNotFoundError`. */
  open(key: string, range?: { readonly start: number; readonly end: number }): Promise<Readable>;
  /** Its size in bytes, or undefined where there is no such object. */
  size(key: string): Promise<number | undefined>;
  /** Removes it; nothing happens where it is not there. */
  remove(key: string): Promise<void>;
}

export class ObjectNotFoundError extends BaseError {
  constructor(key: string) {
    super('not_found', 'object-not-found', `There is no object ${key}.`);
  }
}

export class InvalidObjectKeyError extends BaseError {
  constructor(key: string) {
    super('bug', 'invalid-object-key', `'${key.slice(0, 100)}' cannot name an object.`);
  }
}

const keyShape = /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}(\/[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}){0,7}$/;

/** Throws `InvalidObjectKeyError` for what is no key. */
export function checkObjectKey(key: string): void {
  if (!keyShape.test(key)) throw new InvalidObjectKeyError(key);
}
