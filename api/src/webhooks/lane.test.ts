import { describe, expect, it } from 'vitest';
import { defaultBreaker } from './circuit-breaker.js';
import { apartFromOvertaking, Lane, type Work } from './lane.js';

const limits = { startConcurrency: 8, maxConcurrency: 8, maxWaiting: 10 };

function work(subjectId: string, sequence: number, attempts = 0): Work {
  const id = `${subjectId}-${sequence}`;
  const delivery = {
    id,
    accountId: 'AC1',
    eventId: id,
    eventType: 'call.updated',
    lane: 'lane',
    subjectId,
    sequence,
    status: 'pending',
    attempts,
    nextAttemptAt: 0,
    createdAt: 0,
  } as const;
  return { delivery, claim: 'claim', payload: '{}', leaseUntil: 1000 };
}

describe('a lane', () => {
  it('reserves no place while it loads: what is loaded may have to go first', () => {
    const lane = new Lane('lane', 'AC1', limits, defaultBreaker);
    lane.refilling = true;
    expect(lane.reserve(0)).toBe(false);
    expect(lane.spilled).toBe(true);
  });

  it('takes out the first attempts of one call, and leaves its retries and other calls', () => {
    const lane = new Lane('lane', 'AC1', limits, defaultBreaker);
    for (const one of [work('a', 1), work('b', 1), work('a', 2), work('a', 3, 1)]) lane.add(one);
    expect(lane.takeWaitingOf('a').map(({ delivery }) => delivery.id)).toEqual(['a-1', 'a-2']);
    expect(lane.takeWaiting().map(({ delivery }) => delivery.id)).toEqual(['b-1', 'a-3']);
  });
});

describe('what was got of what was asked for', () => {
  it('leaves out first attempts behind one of their subject that somebody else got, and nothing else', () => {
    const asked = [work('a', 1), work('a', 2), work('b', 1), work('a', 3, 1), work('c', 1), work('c', 2)];
    const deliveries = asked.map(({ delivery }) => delivery);
    const got = new Map(deliveries.filter(({ id }) => !['a-1', 'c-2'].includes(id)).map((one) => [one.id, one]));
    const { first, overtaking } = apartFromOvertaking(deliveries, got);
    expect(first.map(({ id }) => id)).toEqual(['b-1', 'a-3', 'c-1']);
    expect(overtaking.map(({ id }) => id)).toEqual(['a-2']);
  });
});
