import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DataServerNotReadyError } from './data-server-errors.js';
import { type KeptProcessPlan, startKeptProcess } from './kept-process.js';
import { tcpAnswers } from './tcp-answers.js';

describe('startKeptProcess', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'hookswitch-kept-test-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const plan = (program: string, words: (port: number) => string[]): KeptProcessPlan => ({
    name: 'thing',
    folder,
    program,
    arguments: words,
    answers: tcpAnswers,
    startTimeoutMs: 60_000,
    endsWithUs: false,
  });

  it.each([false, true])('shows the last words of a program that ends at once (tied to us: %s)', async (endsWithUs) => {
    const failing = plan('/bin/sh', () => ['-c', 'echo first; echo no such luck >&2; exit 3', folder]);
    const failure = await startKeptProcess({ ...failing, endsWithUs }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(DataServerNotReadyError);
    expect((failure as Error).message).toBe(
      `thing ended at once (exit code 3). Its log is ${join(folder, 'server.log')} and ends: first / no such luck`,
    );
  });

  it('says so where the program cannot be started', async () => {
    const absent = plan('/nowhere/thing', () => [folder]);
    await expect(startKeptProcess(absent)).rejects.toThrow(/thing could not be started \(.*ENOENT\)/);
  });

  it('takes another port when the one it found was taken meanwhile', async () => {
    const marker = join(folder, 'tried');
    const program = `
      const { existsSync, writeFileSync } = require('node:fs');
      if (!existsSync(${JSON.stringify(marker)})) {
        writeFileSync(${JSON.stringify(marker)}, '');
        console.error('Address already in use');
        process.exit(1);
      }
      require('node:net').createServer().listen(Number(process.argv[1]), '127.0.0.1');`;
    const server = await startKeptProcess(plan(process.execPath, (port) => ['-e', program, String(port), folder]));
    expect(server.origin).toBe('started');
    await server.stop();
    expect(await tcpAnswers(server.port)).toBe(false);
  });
});
