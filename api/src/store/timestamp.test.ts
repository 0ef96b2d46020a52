import { describe, expect, it } from 'vitest';
import { asTimestamp } from './timestamp.js';

describe('asTimestamp', () => {
  it.each([
    ['2026-11-23T09:30:00Z', '2026-11-23T09:30:00.000Z'],
    ['2026-11-23T10:30:00.5+01:00', '2026-11-23T09:30:00.500Z'],
    ['2016-12-31T23:59:60Z', '2017-01-01T00:00:00.000Z'], // RFC 3339 5.7
    ['2016-12-31T23:59:60.25Z', '2017-01-01T00:00:00.000Z'],
    ['2026-11-23T09:30:00-00:60', '2026-11-23T09:30:00-00:60'], // no such offset: left as it is
  ])('reads %s', (text, expected) => {
    expect(asTimestamp(text)).toBe(expected);
  });
});
