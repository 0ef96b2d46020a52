import { describe, expect, it } from 'vitest';
import { concurrencyLimit } from './concurrency-limit.js';

describe('a concurrency limit', () => {
  it('runs so many at once, in order, and refuses when too many wait', async () => {
    const limit = concurrencyLimit('tests', 2, 1);
    const log: string[] = [];
    const ends: (() => void)[] = [];
    const work = (name: string) => () => {
      log.push(name);
      return new Promise<string>((resolve) => ends.push(() => resolve(name)));
    };
    const [a, b, c] = [limit(work('a')), limit(work('b')), limit(work('c'))];
    await expect(limit(work('d'))).rejects.toMatchObject({ code: 'too-busy' });
    expect(log).toEqual(['a', 'b']);
    ends[0]!();
    expect(await a).toBe('a');
    await Promise.resolve();
    expect(log).toEqual(['a', 'b', 'c']);
    ends[1]!();
    ends[2]!();
    expect([await b, await c]).toEqual(['b', 'c']);
    await expect(limit(async () => 'e')).resolves.toBe('e');
  });

  it('frees its place when work fails', async () => {
    const limit = concurrencyLimit('tests', 1, 0);
    for (let i = 0; i < 3; i++) await expect(limit(async () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  });
});
