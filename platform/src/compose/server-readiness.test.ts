import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ManualClock } from '@hookswitch/kernel/manual-clock';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ServerReadinessDeps, serverReadiness } from './server-readiness.js';

describe('the readiness of a server', () => {
  let dataFolder: string;
  beforeEach(() => {
    dataFolder = mkdtempSync(join(tmpdir(), 'ready-'));
  });
  afterEach(() => rmSync(dataFolder, { recursive: true }));

  const clock = new ManualClock();
  const checks = (change: Partial<ServerReadinessDeps> = {}) =>
    serverReadiness({
      mongo: { db: { command: async () => ({ ok: 1 }) } } as unknown as ServerReadinessDeps['mongo'],
      redis: { ping: async () => 'PONG' },
      clock,
      settings: { ffmpegPath: 'ffmpeg', espeakPath: 'espeak-ng', roles: ['http', 'calls'] },
      dataFolder,
      machine: { runs: async () => true },
      ...change,
    });
  const ask = async (all: Readonly<Record<string, () => Promise<void>>>) => {
    const broken: Record<string, string> = {};
    for (const [name, check] of Object.entries(all)) {
      await check().catch((error: Error) => {
        broken[name] = error.message;
      });
    }
    return broken;
  };

  it('has nothing to say where every part is there', async () => {
    expect(await ask(checks().readiness)).toEqual({});
    expect(await ask(checks({ settings: { ffmpegPath: 'f', espeakPath: 'e', roles: [] } }).warnings)).toEqual({});
  });

  it.each<[string, Partial<ServerReadinessDeps>, string]>([
    ['mongodb', { mongo: { db: undefined } as ServerReadinessDeps['mongo'] }, 'There is no connection to MongoDB.'],
    ['redis', { redis: { ping: () => Promise.reject(new Error('Connection is closed.')) } }, 'Connection is closed.'],
  ])('names %s when it is away', async (name, change, sentence) => {
    expect(await ask(checks(change).readiness)).toEqual({ [name]: sentence });
  });

  it('names a Redis that says nothing, after two seconds', async () => {
    const answer = checks({ redis: { ping: () => new Promise(() => {}) } }).readiness.redis();
    clock.advance(2000);
    await expect(answer).rejects.toThrow('It did not answer within 2 s.');
  });

  it('names the folder of objects when something else is in its place', async () => {
    writeFileSync(join(dataFolder, 'objects'), 'no folder');
    expect(await ask(checks().readiness)).toEqual({
      objects: expect.stringMatching(/^Nothing can be written to the folder of objects: E/),
    });
  });

  it('warns of programs that are missing, and stays ready', async () => {
    const without = checks({ machine: { runs: async () => false } });
    expect(await ask(without.readiness)).toEqual({});
    expect(await ask(without.warnings)).toEqual({
      ffmpeg: expect.stringMatching(/^ffmpeg does not run/),
      speech: expect.stringMatching(/^espeak-ng does not run/),
    });
  });
});
