import { BaseError } from '@hookswitch/kernel/base-error';
import { type Clock, pause } from '@hookswitch/kernel/clock';
import type { Logger } from '@hookswitch/kernel/logger';

/** One step that brings stored data from one schema version to the next. It may be cut off and run again, so it leaves alone what it has done already. */
export interface Migration {
  /** What it changes, e.g. a collection's name. */
  readonly subject: string;
  /** The version it leads to; 1, 2, 3… for each subject. */
  readonly version: number;
  /** What it does, for the log. */
  readonly sentence: string;
  run(): Promise<void>;
}

/**
 * Remembers each subject's schema version, and who may migrate now.
 *
 * What must hold: at most one holder has the lease until it expires; a version, once set, is what everybody reads.
 */
export interface MigrationLedger {
  /** 0 where nothing was ever migrated. */
  version(subject: string): Promise<number>;
  setVersion(subject: string, version: number): Promise<void>;
  /** Takes or renews the lease. Returns whether `holder` has it now. */
  claim(holder: string, leaseMs: number): Promise<boolean>;
  release(holder: string): Promise<void>;
}

/** The data is from a newer release than this program. */
export class DataTooNewError extends BaseError {
  constructor(subject: string, found: number, known: number) {
    super(
      'bug',
      'data-too-new',
      `Stored ${subject} have schema version ${found}, this release knows ${known}. Start the newer release, or restore a backup.`,
    );
  }
}

const leaseMs = 60_000;
const retryMs = 500;

/**
 * Runs the migrations that were not run yet, in order, once for the whole installation however many processes start together: one works, the others wait.
 * @throws DataTooNewError
 */
export async function runMigrations(
  migrations: readonly Migration[],
  { ledger, clock, holder, logger }: { ledger: MigrationLedger; clock: Clock; holder: string; logger: Logger },
): Promise<void> {
  if ((await pending(migrations, ledger)).length === 0) return;
  while (!(await ledger.claim(holder, leaseMs))) await pause(clock, retryMs);
  const renewal = { stop: () => {} };
  const renew = () => {
    renewal.stop = clock.after(leaseMs / 3, () => {
      ledger
        .claim(holder, leaseMs)
        .catch((error: unknown) => logger.warn({ err: error }, 'migration lease not renewed'));
      renew();
    });
  };
  renew();
  try {
    for (const migration of await pending(migrations, ledger)) {
      logger.info({ subject: migration.subject, version: migration.version }, `migrating: ${migration.sentence}`);
      await migration.run();
      await ledger.setVersion(migration.subject, migration.version);
    }
  } finally {
    renewal.stop();
    await ledger.release(holder);
  }
}

async function pending(migrations: readonly Migration[], ledger: MigrationLedger): Promise<Migration[]> {
  const todo: Migration[] = [];
  for (const subject of new Set(migrations.map((migration) => migration.subject))) {
    const steps = migrations.filter((migration) => migration.subject === subject).sort((a, b) => a.version - b.version);
    const found = await ledger.version(subject);
    const known = steps.at(-1)!.version;
    if (found > known) throw new DataTooNewError(subject, found, known);
    todo.push(...steps.filter((step) => step.version > found));
  }
  return todo;
}
