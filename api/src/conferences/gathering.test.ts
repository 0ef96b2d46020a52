import { ManualClock } from '@hookswitch/kernel/manual-clock';
import { describe, expect, it } from 'vitest';
import { Gathering } from './gathering.js';

function gather(...awaited: readonly string[]) {
  const clock = new ManualClock();
  const did: string[] = [];
  const gathering = new Gathering(new Set(awaited), 1000, clock, (act) => {
    did.push('at once');
    act();
  });
  return { clock, did, gathering, does: (what: string) => () => void did.push(what) };
}

describe('those who come again after a restart', () => {
  it('sit down at one moment, when the last has come, and whoever came besides with them', async () => {
    const { did, gathering, does, clock } = gather('ann', 'ben');
    const all = [gathering.join('ann', does('ann')), gathering.join('new', does('new'))];
    expect(did).toEqual([]);
    all.push(gathering.join('ben', does('ben')));
    await Promise.all(all);
    expect(did).toEqual(['at once', 'ann', 'new', 'ben']);
    expect(clock.pending).toBe(0);
  });

  it('wait no longer than that for who is gone', async () => {
    const { did, gathering, does, clock } = gather('ann', 'gone');
    const ann = gathering.join('ann', does('ann'));
    await clock.advanceAsync(999);
    expect(did).toEqual([]);
    await clock.advanceAsync(1);
    await ann;
    expect(did).toEqual(['at once', 'ann']);
    gathering.end();
    expect(did).toHaveLength(2);
  });

  it('are told each what hinders it, and the others sit', async () => {
    const { did, gathering, does } = gather('ann', 'ben');
    const ann = gathering.join('ann', () => {
      throw new TypeError('no room');
    });
    const ben = gathering.join('ben', does('ben'));
    await expect(ann).rejects.toThrow('no room');
    await ben;
    expect(did).toEqual(['at once', 'ben']);
  });
});
