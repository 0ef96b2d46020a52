import type { FieldError } from '@hookswitch/kernel/base-error';
import type { Random } from '@hookswitch/kernel/random';
import { InvalidRequestError } from '../operation/request-errors.js';

/** What is wrong with a password for this e-mail address; undefined: nothing. Pure. */
export function passwordFault(password: string, email: string): string | undefined {
  const length = [...password].length;
  if (length < 8 || length > 20) return 'must have 8 to 20 characters';
  if (password.toLowerCase() === email.toLowerCase()) return 'must not be the e-mail address';
  const has = [/\p{L}/u, /\p{Nd}/u, /[^\p{L}\p{Nd}\s]/u].every((kind) => kind.test(password));
  return has ? undefined : 'must have a letter, a digit and a symbol';
}

/** @throws InvalidRequestError */
export function checkPassword(password: string, email: string, pointer: string): void {
  const message = passwordFault(password, email);
  if (message === undefined) return;
  const fault: FieldError = { pointer, message };
  throw new InvalidRequestError([fault]);
}

/** Letters and digits that nobody mixes up when typing from a mail, and symbols that every keyboard has. */
const alphabet = 'abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789-_+=!?';
const madeLength = 16;

/** A password that fits the rule, with about 95 bits of chance. */
export function makePassword(random: Random): string {
  for (;;) {
    const password = [...Array(madeLength)].map(() => alphabet[below(random, alphabet.length)]).join('');
    if (passwordFault(password, '') === undefined) return password;
  }
}

/** A code of six digits. */
export function makeCode(random: Random): string {
  return [...Array(6)].map(() => below(random, 10)).join('');
}

/** A whole number below `limit` (at most 256), each as likely as the others. */
function below(random: Random, limit: number): number {
  for (;;) {
    const [byte = 0] = random.bytes(1);
    if (byte < 256 - (256 % limit)) return byte % limit;
  }
}
