import type { Termination } from '@hookswitch/media/port/termination';

/** What happens after a verb. */
export type Outcome =
  /** The next verb. `orEnd`: how the call is hung up where there is none. */
  | { readonly kind: 'continue'; readonly orEnd?: Partial<Termination> }
  /** Ask the developer for the next script there, with this verb's result. */
  | { readonly kind: 'go-to'; readonly url: string; readonly result?: VerbResult }
  /** Hang up (or refuse, if not answered); the script is over. */
  | { readonly kind: 'end' }
  /** Leave this script for the one it runs beside (a waiting caller leaves the queue). */
  | { readonly kind: 'leave' };

/** A verb's result as the next script request carries it: `{ verb: 'gather', digits: '1', … }`. */
export interface VerbResult {
  readonly verb: string;
  readonly [field: string]: unknown;
}

export const proceed = (orEnd?: Partial<Termination>): Outcome =>
  orEnd === undefined ? { kind: 'continue' } : { kind: 'continue', orEnd };
export const goTo = (url: string, result?: VerbResult): Outcome =>
  result === undefined ? { kind: 'go-to', url } : { kind: 'go-to', url, result };
export const end = (): Outcome => ({ kind: 'end' });
export const leave = (): Outcome => ({ kind: 'leave' });
