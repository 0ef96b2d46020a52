import type { Logger } from '@hookswitch/kernel/logger';

/** What is still open so long after the drain is left as it is, milliseconds: Redis or MongoDB may be gone for good. */
export const closingMs = 15_000;

/**
 * Ends the process on SIGINT, SIGTERM and faults that nothing caught: runs `close`, and ends all the same after `limitMs`. A second signal ends it at once, and so does a fault where
 * `leavesCalls`: closing would end calls that the next process goes on with.
 * @returns what ends it otherwise
 */
export function endOnSignals(
  logger: Logger,
  limitMs: number,
  close: () => Promise<void>,
  leavesCalls = false,
): (code: number) => Promise<void> {
  let ending = false;
  const end = async (code: number) => {
    if (ending) process.exit(1);
    ending = true;
    setTimeout(() => {
      logger.error('not everything could be closed in time; the process ends all the same');
      process.exit(1);
    }, limitMs);
    await close();
    process.exit(code);
  };
  process.on('SIGINT', () => void end(0));
  process.on('SIGTERM', () => void end(0));
  const fault = (error: unknown, what: string) => {
    logger.fatal({ err: error }, `a ${what} that nothing caught; the process stops`);
    if (leavesCalls) process.exit(1);
    void end(1);
  };
  process.on('uncaughtException', (error) => fault(error, 'fault'));
  process.on('unhandledRejection', (error) => fault(error, 'rejection'));
  return end;
}

/** Says why, and ends the process. */
export async function couldNotStart(
  error: unknown,
  logger: Logger,
  end: (code: number) => Promise<void>,
): Promise<void> {
  logger.fatal({ err: error }, 'the platform could not start');
  console.error(`\nHookswitch could not start: ${error instanceof Error ? error.message : String(error)}`);
  console.error('`script/server --check` says what stands in the way.');
  await end(1);
}
