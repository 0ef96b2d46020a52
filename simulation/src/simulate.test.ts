import { randomInteger, systemRandom } from '@hookswitch/kernel/random';
import { describe, expect, it } from 'vitest';
import { type RunWorld, runWorld } from './run-world.js';
import { sabotages } from './sabotage.fixture.js';
import type { World } from './world.js';

const perWorld = 10;
/** `script/test --all` sets it. */
const all = process.env.HOOKSWITCH_TESTS === 'all';

/** What the test's report shows of a world: nothing but the command where every promise held. */
async function brokenPromises(options: RunWorld): Promise<string[]> {
  const { violations, world } = await runWorld(options);
  if (violations.length === 0) return [];
  const words = violations.flatMap(({ callId, about }) => [callId, about]).filter((word) => word !== undefined);
  return [
    `script/simulate --seed ${options.seed} --calls ${options.lives}`,
    ...violations.map(({ callId, about, text }) => `${callId ?? about ?? ''} ${text}`),
    ...world.history.about(words.slice(0, 2), 40),
  ];
}

function liveThrough(name: string, firstSeed: number, lives: number): void {
  describe(`${name}: ${lives} call lives from seed ${firstSeed}`, () => {
    it.each(Array.from({ length: lives / perWorld }, (_, at) => firstSeed + at))(
      'every promise holds in the world of seed %i',
      async (seed) => {
        expect(await brokenPromises({ seed, lives: perWorld })).toEqual([]);
      },
      600_000,
    );
  });
}

liveThrough('fixed seeds', 1, all ? 2000 : 300);
if (all) {
  // Whoever repeats a run names its seed.
  const named = process.env.HOOKSWITCH_FRESH_SEED;
  const fresh = named === undefined ? randomInteger(systemRandom, 1_000_000, 2_000_000_000) : Number(named);
  console.log(`Fresh worlds from seed ${fresh}: script/simulate --seed ${fresh} --calls 500`);
  liveThrough('fresh seeds', fresh, 500);
}

describe('a simulated world', () => {
  it('is the same whenever it is lived through, and another for another seed', async () => {
    const [first, again, other] = [
      await runWorld({ seed: 3, lives: 5 }),
      await runWorld({ seed: 3, lives: 5 }),
      await runWorld({ seed: 4, lives: 5 }),
    ];
    expect(again.hash).toBe(first.hash);
    expect(again.world.history.entries).toEqual(first.world.history.entries);
    expect(other.hash).not.toBe(first.hash);
  });

  it('has calls with answers, recordings, webhooks and trouble in it', async () => {
    const { world, calls, recordings } = await runWorld({ seed: 5, lives: 20 });
    expect(calls).toBeGreaterThanOrEqual(10);
    expect(recordings).toBeGreaterThan(0);
    expect(world.receivers.attempts.length).toBeGreaterThan(20);
    const seen = (pattern: RegExp) => world.history.entries.filter(({ what }) => pattern.test(what)).length;
    for (const pattern of [/talks/, /presses/, /hangs up/, /gets \[/, /was refused/, /is done/]) {
      expect(seen(pattern), `${pattern}`).toBeGreaterThan(0);
    }
  });
});

describe('worlds where calls outlive their process', () => {
  it('have calls that went on through a kill, and every promise holds', async () => {
    let wentOn = 0;
    for (const seed of [2017, 2021, 2033, 2051]) {
      expect(await brokenPromises({ seed, lives: perWorld })).toEqual([]);
      const { world } = await runWorld({ seed, lives: perWorld });
      wentOn += await callsTakenOver(world);
    }
    expect(wentOn).toBeGreaterThan(3);
  });
});

/** Calls that a process went on with of which another died. */
async function callsTakenOver({ calls, dataCentre, installation: { accountId } }: World): Promise<number> {
  let count = 0;
  for (const { id } of await calls.list(accountId, {}, { limit: 1000 })) {
    const entries = await dataCentre.stores.timeline.list(accountId, id, { limit: 1000 });
    if (entries.some(({ summary }) => summary.includes('taken the call over and goes on'))) count++;
  }
  return count;
}

describe('the checker finds', () => {
  it.each(sabotages)('$name', async ({ seed, sabotage, finds }) => {
    const { violations } = await runWorld({ seed, lives: 5, sabotage });
    expect(violations.map(({ text }) => text).join('\n')).toMatch(finds);
  });
});
