import { describe, expect, it } from 'vitest';
import { begins, seating } from './seating.js';

const person = (callId: string, more: { muted?: boolean; coaching?: string; starts?: boolean } = {}) => ({
  callId,
  muted: more.muted ?? false,
  coaching: more.coaching ?? null,
  startConferenceOnEnter: more.starts ?? true,
});

describe('when a conference begins', () => {
  it.each([
    ['nobody is there', [], false],
    ['one is there', [person('a')], false],
    ['two, neither of whom begins it', [person('a', { starts: false }), person('b', { starts: false })], false],
    ['two, one of whom begins it', [person('a', { starts: false }), person('b')], true],
  ])('%s', (_case, seated, wanted) => {
    expect(begins(seated)).toBe(wanted);
  });
});

describe('how those who are there take part', () => {
  it('all hear all, the muted are heard by nobody, a coach by the one it coaches', () => {
    const seats = seating([person('a'), person('b', { muted: true }), person('c', { coaching: 'a' })], true);
    expect(Object.fromEntries(seats)).toEqual({
      a: { waits: false, hears: 'everyone', speaksTo: 'everyone' },
      b: { waits: false, hears: 'everyone', speaksTo: 'nobody' },
      c: { waits: false, hears: 'everyone', speaksTo: { callId: 'a' } },
    });
  });

  it('before it begins, and alone, they wait and hear nobody', () => {
    const waiting = { waits: true, hears: 'nobody', speaksTo: 'nobody' };
    expect([...seating([person('a'), person('b')], false).values()]).toEqual([waiting, waiting]);
    expect(seating([person('a')], true).get('a')).toEqual(waiting);
  });
});
