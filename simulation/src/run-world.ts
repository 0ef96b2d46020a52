import { isFinal } from '@hookswitch/api/call-records/index';
import { recordingCollection } from '@hookswitch/api/recordings/index';
import { checkCalls } from './check-calls.js';
import { allConferencesOver, checkConferences } from './check-conferences.js';
import { checkRecordings } from './check-recordings.js';
import { checkIdle, checkPhones, checkStopped } from './check-rest.js';
import { checkWebhooks } from './check-webhooks.js';
import { beginLife, type Life } from './life.js';
import type { Violation } from './violation.js';
import { World, type WorldOptions } from './world.js';

export interface RunWorld extends WorldOptions {
  /** Call lives. */
  readonly lives: number;
  /** Breaks something before the check, so that a test sees it found. */
  readonly sabotage?: (world: World) => Promise<void> | void;
}

/** What came of one world. */
export interface WorldOutcome {
  readonly world: World;
  readonly violations: readonly Violation[];
  readonly lives: number;
  /** Calls that came to be: those that scripts dialled, too. */
  readonly calls: number;
  readonly recordings: number;
  readonly killed: number;
  /** Simulated time, milliseconds. */
  readonly livedMs: number;
  readonly hash: string;
}

/** A call of a process that was killed is closed within so long. */
const lostCallMs = 30_000;
/** Lives and retries may take so long in all. */
const patienceMs = 8 * 3_600_000;
/** After the last call: SIP transactions, recordings' sweeps and leases of dead processes come to rest. */
const quietMs = 180_000;
/** Where a clock was set, another process may have made a delivery early: the job that was to make it comes so late, and finds nothing. */
const staleJobMs = 400_000;

/** Lives through one world and says which promises it broke. */
export async function runWorld(options: RunWorld): Promise<WorldOutcome> {
  const world = new World(options);
  const { clock, chance, history } = world;
  const startedAt = clock.now();
  const violations: Violation[] = [];
  await world.open();
  // The phones' registrations come to rest first.
  await clock.run(60_000);
  const quietTimers = Math.max(...(await fewestTimers(world)));

  const lives: Life[] = [];
  for (let number = 1; number <= options.lives; number++) {
    clock.after(chance.between(0, 30_000), () => void lives.push(beginLife(world, number)));
  }
  const checkLost = async () => {
    // Who closes lost calls must live so long itself.
    if ((world.killed.at(-1)?.at ?? 0) > clock.now() - lostCallMs) return;
    for (const { nodeId } of world.killed) {
      for (const { id } of await world.calls.liveOnNode(nodeId)) {
        if (world.has(id)) continue;
        violations.push({
          callId: id,
          about: nodeId,
          text: `is still live ${lostCallMs / 1000} s after ${nodeId} was killed`,
        });
      }
    }
  };
  const killed = chance.happens(0.3) ? chance.between(1, 2) : 0;
  // Calls that outlive their process are to do so again and again.
  for (let kills = killed + (world.sound ? chance.between(1, 3) : 0); kills > 0; kills--) {
    clock.after(chance.between(1000, 50_000), () => {
      world.kill();
      clock.after(lostCallMs, () => void checkLost());
    });
  }
  for (let stops = chance.happens(0.25) ? chance.between(1, 2) : 0; stops > 0; stops--) {
    clock.after(chance.between(1000, 50_000), () => world.retire());
  }
  for (let sets = chance.happens(0.3) ? chance.between(1, 3) : 0; sets > 0; sets--) {
    clock.after(chance.between(1000, 50_000), () => world.setAClock());
  }
  for (let packets = chance.between(0, 5); packets > 0; packets--) {
    clock.after(chance.between(0, 50_000), () => chance.one(world.phones).garbage(world.someNode().address));
  }
  await clock.run(60_000);
  const done = await runUntil(
    world,
    async () => lives.length === options.lives && lives.every((life) => life.over) && (await allFinal(world)),
  );
  if (!done) violations.push({ text: 'the calls never came to an end' });
  world.calm();
  const settled = await runUntil(
    world,
    async () =>
      (await allFinal(world)) &&
      (await allConferencesOver(world)) &&
      (await allDelivered(world)) &&
      (await allRecorded(world)),
  );
  if (!settled) violations.push({ text: 'webhooks or recordings never came to an end' });
  await clock.run(quietMs + (world.clocksSet > 0 ? staleJobMs : 0));

  await options.sabotage?.(world);
  violations.push(...(await checkCalls(world, lives)));
  violations.push(...(await checkConferences(world)));
  violations.push(...(await checkRecordings(world)));
  violations.push(...(await checkWebhooks(world)));
  violations.push(...checkPhones(world));
  const timers = await fewestTimers(world);
  for (const [at, process] of world.alive.entries()) {
    violations.push(...(await checkIdle(process, { now: timers[at] ?? 0, quiet: quietTimers })));
  }
  for (const process of world.alive) {
    let stopped = false;
    void process.platform.stop().then(() => {
      stopped = true;
    });
    if (!(await clock.run(120_000, () => stopped)))
      violations.push({ about: process.name, text: `${process.name} does not stop` });
    violations.push(...checkStopped(process));
  }
  violations.push(...world.faults, ...world.leftovers);
  const calls = await world.calls.list(world.installation.accountId, {}, { limit: 100_000 });
  for (const { id, status, sequence, termination } of calls) {
    history.note('record', `${id} ${status} ${termination?.reason} after ${sequence} events`);
  }
  const recordings = await world.dataCentre.stores
    .collection(recordingCollection)
    .acrossAccounts.find({}, { limit: 100_000 });
  for (const { id, status, durationSeconds } of recordings)
    history.note('record', `${id} ${status} ${durationSeconds} s`);
  return {
    world,
    violations,
    lives: options.lives,
    calls: calls.length,
    recordings: recordings.length,
    killed: world.killed.length,
    livedMs: clock.now() - startedAt,
    hash: history.hash(),
  };
}

async function runUntil({ clock }: World, holds: () => Promise<boolean>): Promise<boolean> {
  for (const end = clock.now() + patienceMs; clock.now() < end; ) {
    if (await holds()) return true;
    await clock.run(2000);
  }
  return holds();
}

async function allFinal({ calls, installation, alive }: World): Promise<boolean> {
  const all = await calls.list(installation.accountId, {}, { limit: 100_000 });
  return (
    all.every((call) => isFinal(call.status)) &&
    alive.every((one) => one.started && !one.retiring && one.platform.callRole!.calls.registry.size === 0)
  );
}

async function allDelivered({ calls, dataCentre }: World): Promise<boolean> {
  const pending = await calls.withPendingEvents(1);
  const due = await dataCentre.stores.deliveries.dueLanes(Number.POSITIVE_INFINITY, 1);
  return pending.length === 0 && due.length === 0;
}

/** The fewest timers that each process has at any moment of the next 20 s: what comes and goes does not count. */
async function fewestTimers({ clock, alive }: World): Promise<number[]> {
  const fewest = alive.map(() => Number.POSITIVE_INFINITY);
  await clock.run(20_000, () => {
    for (const [at, one] of alive.entries()) fewest[at] = Math.min(fewest[at]!, one.clock.pending);
    return false;
  });
  return fewest;
}

async function allRecorded({ dataCentre }: World): Promise<boolean> {
  const live = { status: { in: ['in-progress', 'paused', 'processing'] } } as const;
  const left = await dataCentre.stores.collection(recordingCollection).acrossAccounts.find(live, { limit: 1 });
  return left.length === 0;
}
