import { setTimeout as pause } from 'node:timers/promises';

export interface EventuallyOptions {
  /** A guard against hanging, never a speed limit, milliseconds. Default 30,000. */
  readonly guardMs?: number;
  /** How long until it is asked again, milliseconds. Default 100. */
  readonly everyMs?: number;
  /** For the message when the wait is in vain: what there is instead. */
  readonly describe?: () => string;
}

/** Asks again and again until there is an answer, for what tells nobody when it changes. */
export async function eventually<T>(
  what: string,
  ask: () => Promise<T | undefined> | T | undefined,
  { guardMs = 30_000, everyMs = 100, describe }: EventuallyOptions = {},
): Promise<T> {
  const giveUpAt = performance.now() + guardMs;
  for (;;) {
    const found = await ask();
    if (found !== undefined) return found;
    if (performance.now() > giveUpAt)
      throw new Error(`waited ${guardMs / 1000} s for ${what}${describe ? `; ${describe()}` : ''}`);
    await pause(everyMs);
  }
}
