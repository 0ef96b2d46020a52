import { describe, expect, it } from 'vitest';
import { freshness } from './freshness.js';

describe('how long an answer is fresh (RFC 9111)', () => {
  it.each<[Record<string, string>, boolean, number]>([
    [{}, true, 5000],
    [{ 'cache-control': 'max-age=60' }, true, 60_000],
    [{ 'cache-control': 'public, Max-Age="60"' }, true, 60_000],
    [{ 'cache-control': 'max-age=60', age: '45' }, true, 15_000],
    [{ 'cache-control': 'max-age=60', age: '90' }, true, 0],
    [{ 'cache-control': 'max-age=99999999999' }, true, 5000],
    [{ 'cache-control': 'max-age=9999999999' }, true, 86_400_000],
    [{ 'cache-control': 'no-cache' }, true, 0],
    [{ 'cache-control': 'no-store, max-age=60' }, false, 0],
    [{ 'cache-control': 'max-age=-1' }, true, 5000],
  ])('%j', (headers, keep, freshForMs) => {
    expect(freshness(headers)).toEqual({ keep, freshForMs });
  });
});
