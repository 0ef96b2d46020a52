import { MemoryFailureCounter } from '@hookswitch/api/failed-attempts/memory-failure-counter';
import { ManualClock } from '@hookswitch/kernel/manual-clock';
import { expect, it } from 'vitest';
import { failureCounterContract } from '../failure-counter.contract.js';

failureCounterContract('memory', () => new MemoryFailureCounter(new ManualClock()));

it('a window that is over is forgotten', async () => {
  const clock = new ManualClock();
  const failures = new MemoryFailureCounter(clock);
  await failures.add('192.0.2.1');
  clock.advance(60_000);
  expect((await failures.add('192.0.2.1')).count).toBe(1);
});
