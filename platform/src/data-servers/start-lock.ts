import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { processAlive } from './process-alive.js';

const pollMs = 25;

/**
 * Holds `file` as a lock while a server is being started. Waits for a living holder, takes over from a dead one. Returns what releases it.
 * Goes ahead without it after `patienceMs`: a start that hangs is better reported by the server itself.
 */
export async function takeStartLock(file: string, patienceMs: number): Promise<() => void> {
  const giveUpAt = Date.now() + patienceMs;
  while (Date.now() <= giveUpAt) {
    try {
      writeFileSync(file, String(process.pid), { flag: 'wx', mode: 0o600 });
      return () => rmSync(file, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const holder = readHolder(file);
    if (holder !== undefined && !processAlive(holder)) rmSync(file, { force: true });
    else await sleep(pollMs);
  }
  return () => {};
}

function readHolder(file: string): number | undefined {
  try {
    const pid = Number(readFileSync(file, 'utf8'));
    return Number.isSafeInteger(pid) && pid > 1 ? pid : undefined;
  } catch {
    return undefined;
  }
}
