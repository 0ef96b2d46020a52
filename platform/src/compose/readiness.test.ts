import { ManualClock } from '@hookswitch/kernel/manual-clock';
import { describe, expect, it } from 'vitest';
import { bad, good, lacking } from '../check/check.js';
import { nothingBroken, nothingLacking, remembered, withinTime } from './readiness.js';

describe('checks of readiness', () => {
  it('say so when a part does not answer in time', async () => {
    const clock = new ManualClock();
    const answer = withinTime(() => new Promise(() => {}), 2000, clock)();
    clock.advance(2000);
    await expect(answer).rejects.toThrow('It did not answer within 2 s.');
  });

  it('pass on what a part that answers in time says, and leave no timer', async () => {
    const clock = new ManualClock();
    await withinTime(async () => {}, 2000, clock)();
    const broken = withinTime(
      () => {
        throw new Error('connection refused');
      },
      2000,
      clock,
    );
    await expect(broken()).rejects.toThrow('connection refused');
    expect(clock.pending).toBe(0);
  });

  it('ask a part once for all who ask within a second, and again after it', async () => {
    const clock = new ManualClock();
    let asked = 0;
    let broken = true;
    const check = remembered(
      async () => {
        asked += 1;
        if (broken) throw new Error('broken');
      },
      1000,
      clock,
    );
    await expect(Promise.all([check(), check()])).rejects.toThrow('broken');
    await expect(check()).rejects.toThrow('broken');
    expect(asked).toBe(1);
    broken = false;
    clock.advance(1000);
    await check();
    expect(asked).toBe(2);
  });

  it('read the checks of start-up', async () => {
    const found = {
      good: Promise.resolve(good('disk', 'There is room.')),
      lacking: Promise.resolve(lacking('disk', 'There is little room.', 'Make room.')),
      bad: Promise.resolve(bad('disk', 'It is full.', 'Make room.')),
    };
    await nothingBroken(found.good);
    await nothingBroken(found.lacking);
    await expect(nothingBroken(found.bad)).rejects.toThrow('It is full. Make room.');
    await nothingLacking(found.good);
    await expect(nothingLacking(found.lacking)).rejects.toThrow('There is little room. Make room.');
    await nothingLacking(found.bad);
  });
});
