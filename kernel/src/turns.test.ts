import { describe, expect, it } from 'vitest';
import { ManualClock } from './manual-clock.js';
import { Turns } from './turns.js';

function setUp() {
  const clock = new ManualClock();
  const turns = new Turns(clock, 20);
  const went: string[] = [];
  const ask = (name: string) => void turns.turn().then(() => went.push(name));
  return { clock, went, ask };
}

describe('turns', () => {
  it('let at once what comes alone', async () => {
    const { clock, went, ask } = setUp();
    ask('a');
    await clock.advanceAsync(0);
    expect(went).toEqual(['a']);
    await clock.advanceAsync(20);
    ask('b');
    await clock.advanceAsync(0);
    expect(went).toEqual(['a', 'b']);
  });

  it('let what comes too soon after another go together, in order', async () => {
    const { clock, went, ask } = setUp();
    ask('a');
    await clock.advanceAsync(5);
    ask('b');
    await clock.advanceAsync(10);
    ask('c');
    expect(went).toEqual(['a']);
    await clock.advanceAsync(5);
    expect(went).toEqual(['a', 'b', 'c']);
    ask('d');
    await clock.advanceAsync(19);
    expect(went).toEqual(['a', 'b', 'c']);
    await clock.advanceAsync(1);
    expect(went).toEqual(['a', 'b', 'c', 'd']);
  });

  it('leave no timer behind', async () => {
    const { clock, ask } = setUp();
    ask('a');
    ask('b');
    await clock.advanceAsync(40);
    expect(clock.pending).toBe(0);
  });
});
