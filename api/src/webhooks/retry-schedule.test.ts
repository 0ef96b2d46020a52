import { seededRandom } from '@hookswitch/kernel/random';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asksToSlowDown, failedTooLong, nextStep, svixSchedule } from './retry-schedule.js';
import type { SendOutcome } from './webhook-sender.js';

const answer = (status: number, retryAfterSeconds?: number): SendOutcome => ({
  kind: 'response',
  status,
  durationMs: 5,
  body: '',
  ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
});
const timeout: SendOutcome = { kind: 'failed', reason: 'timeout', message: '', durationMs: 15_000 };
const noChance = { next: () => 0, bytes: () => new Uint8Array() };
const hours = 3_600_000;
const now = Date.UTC(2026, 10, 23);

const anyFailure = fc.oneof(
  fc
    .integer({ min: 300, max: 599 })
    .filter((status) => status !== 410)
    .map((status) => answer(status)),
  fc
    .record({ status: fc.constantFrom(429, 503), after: fc.integer({ min: 1, max: 10 ** 9 }) })
    .map(({ status, after }) => answer(status, after)),
  fc.constant(timeout),
);

describe('nextStep', () => {
  it('tries at once, then after 5 s, 5 min, 30 min, 2 h, 5 h, 10 h and 10 h, then gives up (Svix)', () => {
    const waits = [1, 2, 3, 4, 5, 6, 7, 8].map((attempt) => {
      const step = nextStep(svixSchedule, attempt, timeout, now, noChance);
      return step.kind === 'retry' ? step.at - now : step.kind;
    });
    expect(waits).toEqual([5_000, 300_000, 1_800_000, 2 * hours, 5 * hours, 10 * hours, 10 * hours, 'give-up']);
  });

  it.each([
    ['200', answer(200), 'done'],
    ['299', answer(299), 'done'],
    ['410', answer(410), 'gone'],
    ['301, which is not followed', answer(301), 'retry'],
    ['404', answer(404), 'retry'],
    ['no answer', timeout, 'retry'],
  ] as const)('after %s: %s', (_name, outcome, kind) => {
    expect(nextStep(svixSchedule, 1, outcome, now, noChance).kind).toBe(kind);
  });

  it('waits as long as Retry-After asks, when that is longer, up to a day', () => {
    expect(nextStep(svixSchedule, 1, answer(503, 120), now, noChance)).toEqual({ kind: 'retry', at: now + 120_000 });
    expect(nextStep(svixSchedule, 2, answer(503, 1), now, noChance)).toEqual({ kind: 'retry', at: now + 300_000 });
    expect(nextStep(svixSchedule, 1, answer(429, 10 ** 9), now, noChance)).toEqual({
      kind: 'retry',
      at: now + 24 * hours,
    });
  });

  it('never tries earlier than the schedule, later than it by more than the jitter, or more often than it has entries', () => {
    fc.assert(
      fc.property(fc.integer(), fc.array(anyFailure, { minLength: 1, maxLength: 12 }), (seed, outcomes) => {
        const random = seededRandom(seed);
        let at = now;
        for (const [index, outcome] of outcomes.entries()) {
          const step = nextStep(svixSchedule, index + 1, outcome, at, random);
          const planned = svixSchedule.delaysMs[index];
          if (planned === undefined) {
            expect(step.kind).toBe('give-up');
            return;
          }
          if (step.kind !== 'retry') throw new Error(`a failure led to ${step.kind}`);
          const asked = outcome.kind === 'response' ? (outcome.retryAfterSeconds ?? 0) * 1000 : 0;
          const least = Math.min(Math.max(planned, asked), svixSchedule.maxDelayMs);
          expect(step.at - at).toBeGreaterThanOrEqual(least);
          expect(step.at - at).toBeLessThanOrEqual(Math.ceil(least * (1 + svixSchedule.jitter)));
          at = step.at;
        }
      }),
    );
  });
});

describe('slowing down and turning off', () => {
  it.each([
    [429, true],
    [502, true],
    [504, true],
    [500, false],
    [503, false],
    [200, false],
  ])('%i asks to slow down: %s', (status, slow) => {
    expect(asksToSlowDown(answer(status))).toBe(slow);
  });

  it('turns off after five days without a success, not before', () => {
    expect(failedTooLong(svixSchedule, now - 120 * hours, now)).toBe(true);
    expect(failedTooLong(svixSchedule, now - 120 * hours + 1, now)).toBe(false);
    expect(failedTooLong(svixSchedule, undefined, now)).toBe(false);
  });
});
