import { silentLogger } from '@hookswitch/kernel/logger';
import { ManualClock } from '@hookswitch/kernel/manual-clock';
import { describe, expect, it } from 'vitest';
import { MemoryMigrationLedger } from './memory-migration-ledger.js';
import { DataTooNewError, type Migration, runMigrations } from './migrations.js';

describe('migrations', () => {
  function setUp() {
    const clock = new ManualClock();
    const ledger = new MemoryMigrationLedger(clock);
    const ran: string[] = [];
    const step = (subject: string, version: number, run = async () => {}): Migration => ({
      subject,
      version,
      sentence: 'does something',
      run: async () => {
        await run();
        ran.push(`${subject} ${version}`);
      },
    });
    const start = (migrations: readonly Migration[], holder = 'a') =>
      runMigrations(migrations, { ledger, clock, holder, logger: silentLogger });
    return { clock, ledger, ran, step, start };
  }

  it('run once each, in order of version, whatever order they stand in', async () => {
    const { ran, step, start } = setUp();
    const migrations = [step('calls', 2), step('calls', 1), step('keys', 1)];
    await start(migrations);
    await start(migrations);
    expect(ran).toEqual(['calls 1', 'calls 2', 'keys 1']);
  });

  it('go on where a failed start stopped', async () => {
    const { ran, step, start } = setUp();
    let broken = true;
    const migrations = [
      step('calls', 1),
      step('calls', 2, async () => {
        if (broken) throw new Error('disk full');
      }),
    ];
    await expect(start(migrations)).rejects.toThrow('disk full');
    broken = false;
    await start(migrations);
    expect(ran).toEqual(['calls 1', 'calls 2']);
  });

  it('are run by one of two processes that start together, while the other waits', async () => {
    const { clock, ran, step, start } = setUp();
    let finish = () => {};
    const working = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const migrations = [step('calls', 1, () => working)];
    const both = Promise.all([start(migrations, 'a'), start(migrations, 'b')]);
    await clock.advanceAsync(200_000);
    finish();
    await clock.advanceAsync(1000);
    await both;
    expect(ran).toEqual(['calls 1']);
    expect(clock.pending).toBe(0);
  });

  it('are taken over from a process that died in the middle', async () => {
    const { clock, ledger, ran, step, start } = setUp();
    await ledger.claim('dead', 60_000);
    const run = start([step('calls', 1)]);
    await clock.advanceAsync(61_000);
    await run;
    expect(ran).toEqual(['calls 1']);
  });

  it('refuse data from a newer release', async () => {
    const { ledger, step, start } = setUp();
    await ledger.setVersion('calls', 3);
    await expect(start([step('calls', 1)])).rejects.toThrow(DataTooNewError);
  });
});
