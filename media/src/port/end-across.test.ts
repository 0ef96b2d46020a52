import { describe, expect, it } from 'vitest';
import { endAcross } from './end-across.js';
import type { Termination } from './termination.js';

const ended = (more: Partial<Termination>): Termination => ({
  result: 'failed',
  by: 'remote',
  reason: 'rejected',
  ...more,
});

describe('how the end of one leg ends the other', () => {
  it.each<[what: string, one: Termination, answered: boolean, other: Partial<Termination>]>([
    [
      'a callee who is not there, to a caller who waits',
      ended({ reason: 'not-found', sip: 404 }),
      false,
      { by: 'local', result: 'failed', reason: 'not-found', sip: 404, q850: 1 },
    ],
    [
      'the same, to a caller who was answered before',
      ended({ reason: 'not-found', sip: 404 }),
      true,
      { by: 'local', reason: 'hangup', q850: 1 },
    ],
    [
      'a callee who is busy',
      ended({ result: 'busy', reason: 'busy', sip: 486, q850: 17 }),
      false,
      { by: 'local', result: 'busy', reason: 'busy', sip: 486, q850: 17 },
    ],
    [
      'nobody at the other end',
      ended({ by: 'system', reason: 'network-error' }),
      false,
      { by: 'local', result: 'failed', reason: 'network-error', sip: 502, q850: 38 },
    ],
    [
      'nobody answered in time',
      ended({ result: 'no-answer', by: 'system', reason: 'ring-timeout' }),
      false,
      { by: 'local', result: 'no-answer', reason: 'ring-timeout', sip: 480, q850: 18 },
    ],
    [
      'a BYE with a cause',
      ended({ result: 'completed', reason: 'hangup', q850: 31 }),
      true,
      { by: 'local', reason: 'hangup', q850: 31 },
    ],
    ['a BYE without', ended({ result: 'completed', reason: 'hangup' }), true, { by: 'local', reason: 'hangup' }],
    [
      'a CANCEL',
      ended({ result: 'canceled', reason: 'caller-canceled', sip: 487 }),
      false,
      { by: 'local', reason: 'hangup' },
    ],
    [
      'a CANCEL because another phone took it (RFC 3326 2)',
      ended({ result: 'canceled', reason: 'answered-elsewhere', sip: 487 }),
      false,
      { by: 'local', reason: 'answered-elsewhere' },
    ],
  ])('%s', (_what, one, answered, other) => {
    expect(endAcross(one, { answered })).toEqual(other);
  });
});
