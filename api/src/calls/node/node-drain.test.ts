import { ManualClock } from '@hookswitch/kernel/manual-clock';
import { describe, expect, it } from 'vitest';
import { LiveCallRegistry } from '../live-call-registry.js';
import { NodeDrain } from './node-drain.js';

function drained(noticeMs?: number, how: Parameters<NodeDrain['begin']>[0] = {}) {
  const clock = new ManualClock();
  const drain = new NodeDrain(new LiveCallRegistry(), clock, noticeMs);
  const seen: boolean[] = [];
  void drain.begin(how).then((over) => seen.push(over));
  return { clock, drain, seen };
}

describe('a node that is drained without a call', () => {
  it('refuses at once, and is done', async () => {
    const { clock, drain, seen } = drained();
    expect([drain.report?.since, drain.refusesIncoming]).toEqual([clock.now(), true]);
    await clock.advanceAsync(0);
    expect(seen).toEqual([true]);
  });

  it('takes what an edge sends that does not know yet, and is done once it does', async () => {
    const { clock, drain, seen } = drained(3_000);
    await clock.advanceAsync(2_999);
    expect([drain.report !== undefined, drain.refusesIncoming, seen]).toEqual([true, false, []]);
    await clock.advanceAsync(1);
    expect([drain.refusesIncoming, seen]).toEqual([true, [true]]);
  });

  it('waits for the edge no longer than it may take', async () => {
    const { clock, seen } = drained(3_000, { timeLimitSeconds: 1 });
    await clock.advanceAsync(1_000);
    expect(seen).toEqual([true]);
  });
});
