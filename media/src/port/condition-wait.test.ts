import { ManualClock } from '@hookswitch/kernel/manual-clock';
import { describe, expect, it } from 'vitest';
import { ConditionWait } from './condition-wait.js';

describe('waiting for a condition', () => {
  function waiting() {
    const clock = new ManualClock(0);
    return { clock, wait: new ConditionWait(clock, () => clock.now()) };
  }

  it('is over at once where it holds', async () => {
    const { clock, wait } = waiting();
    await wait.until(() => true);
    expect(clock.pending).toBe(0);
  });

  it('ends as soon as somebody says that something ended, and leaves no timer', async () => {
    const { clock, wait } = waiting();
    let open = 1;
    const over = wait.until(() => open === 0).then(() => clock.now());
    wait.look();
    open = 0;
    await clock.advanceAsync(0);
    wait.look();
    expect([await over, clock.pending]).toEqual([0, 0]);
  });

  it('sees by itself what nobody tells of, and gives up at its limit', async () => {
    const { clock, wait } = waiting();
    let holds = false;
    const seen = wait.until(() => holds).then(() => clock.now());
    const given = wait.until(() => false, 50).then(() => clock.now());
    await clock.advanceAsync(30);
    holds = true;
    await clock.advanceAsync(70);
    expect([await seen, await given, clock.pending]).toEqual([40, 60, 0]);
  });
});
