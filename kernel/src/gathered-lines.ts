import { type DestinationStream, pino } from 'pino';

/** Lines of so long are written together, milliseconds. */
const gatherMs = 50;
/** So many characters do not wait longer. */
const mostWaiting = 32_768;
const warning = pino.levels.values.warn!;

/**
 * A destination that writes log lines of 50 ms at once: each write wakes whoever reads the log, which took longer than making the line. A line from `warn` on is written at once, with
 * all before it. What waits is written when the process ends; only one that is killed loses it.
 */
export function gatheredLines(output: { write(lines: string): unknown }): DestinationStream {
  let waiting = '';
  let timer: NodeJS.Timeout | undefined;
  const write = () => {
    clearTimeout(timer);
    timer = undefined;
    const lines = waiting;
    waiting = '';
    if (lines !== '') output.write(lines);
  };
  process.on('exit', write);
  const stream = {
    /** Has pino set `lastLevel` before each line. */
    [Symbol.for('pino.metadata')]: true,
    lastLevel: 0,
    write(line: string) {
      waiting += line;
      if (stream.lastLevel >= warning || waiting.length >= mostWaiting) write();
      else timer ??= setTimeout(write, gatherMs).unref();
    },
  };
  return stream;
}
