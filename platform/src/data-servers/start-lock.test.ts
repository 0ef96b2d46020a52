import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findProgram } from './find-program.js';
import { processAlive, processRuns } from './process-alive.js';
import { takeStartLock } from './start-lock.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hookswitch-lock-test-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** The id of a process that has ended. */
function deadProcess(): number {
  return spawnSync(process.execPath, ['-e', '']).pid;
}

describe('takeStartLock', () => {
  it('makes a second starter wait for the first', async () => {
    const file = join(folder, 'lock');
    const order: string[] = [];
    const unlock = await takeStartLock(file, 60_000);
    const second = takeStartLock(file, 60_000).then((done) => {
      order.push('second');
      done();
    });
    order.push('first');
    unlock();
    await second;
    expect(order).toEqual(['first', 'second']);
    expect(existsSync(file)).toBe(false);
  });

  it('takes over from a starter that was killed', async () => {
    const file = join(folder, 'lock');
    writeFileSync(file, String(deadProcess()));
    const unlock = await takeStartLock(file, 60_000);
    expect(existsSync(file)).toBe(true);
    unlock();
  });

  it('goes on without it when the holder does not come to an end', async () => {
    const file = join(folder, 'lock');
    writeFileSync(file, String(process.pid));
    (await takeStartLock(file, 30))();
    expect(existsSync(file)).toBe(true);
  });
});

describe('processes and programs', () => {
  it('tells the living from the dead, and by what they were started with', () => {
    expect(processAlive(process.pid)).toBe(true);
    expect(processAlive(deadProcess())).toBe(false);
    expect(processRuns(process.pid, 'node')).toBe(true);
    expect(processRuns(process.pid, 'no such word')).toBe(false);
  });

  it('finds programs on the path only when they can be run', () => {
    writeFileSync(join(folder, 'thing'), '#!/bin/sh\n', { mode: 0o755 });
    writeFileSync(join(folder, 'text'), 'words', { mode: 0o644 });
    expect(findProgram('thing', `/nowhere:${folder}`)).toBe(join(folder, 'thing'));
    expect(findProgram('text', folder)).toBeUndefined();
    expect(findProgram(join(folder, 'thing'), '')).toBe(join(folder, 'thing'));
    expect(findProgram('no-such-program', folder)).toBeUndefined();
  });
});
