import { describe, expect, it } from 'vitest';
import { idMaker, isId } from './ids.js';
import { ManualClock } from './manual-clock.js';
import { seededRandom } from './random.js';

describe('ids', () => {
  const clock = new ManualClock(1_700_000_000_000);
  const newId = idMaker(clock, seededRandom(1));

  it('are a prefix and a UUIDv7 in lower-case hex (RFC 9562 5.7)', () => {
    const id = newId('CA');
    expect(id).toMatch(/^CA[0-9a-f]{12}7[0-9a-f]{3}[89ab][0-9a-f]{15}$/);
    expect(Number.parseInt(id.slice(2, 14), 16)).toBe(1_700_000_000_000);
    expect(isId('CA', id)).toBe(true);
    expect(isId('RE', id)).toBe(false);
    expect(isId('CA', id.toUpperCase())).toBe(false);
  });

  it('sort by the time they were made', () => {
    const first = newId('EV');
    clock.advance(1);
    expect(newId('EV') > first).toBe(true);
  });
});
