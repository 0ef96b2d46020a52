/**
 * A guard against hanging, never a speed limit: rejects with a sentence when `work` has not settled after `guardMs`. `describe` may add what
 * was seen so far.
 */
export function within<T>(work: Promise<T>, what: string, describe?: () => string, guardMs = 30_000): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const guard = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const seen = describe?.() ?? '';
      reject(new Error(`waited ${guardMs / 1000} s for ${what}${seen === '' ? '' : `; seen so far:\n${seen}`}`));
    }, guardMs);
  });
  return Promise.race([work, guard]).finally(() => clearTimeout(timer));
}
