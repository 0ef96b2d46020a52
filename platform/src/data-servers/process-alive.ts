import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Whether a process with this id lives (one that has ended and waits to be reaped does not). */
export function processAlive(pid: number): boolean {
  return commandLine(pid) !== '';
}

/** Whether this process lives and was started with `word` on its command line. Ids are reused: an id alone proves nothing. */
export function processRuns(pid: number, word: string): boolean {
  return commandLine(pid).includes(word);
}

function commandLine(pid: number): string {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return '';
  }
  try {
    return process.platform === 'linux'
      ? readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim()
      : execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).trim();
  } catch {
    return '';
  }
}
