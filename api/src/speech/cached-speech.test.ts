import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger } from '@hookswitch/kernel/logger';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Pcm } from '../audio/index.js';
import { CachedSpeech } from './cached-speech.js';
import { FileSpeechCache } from './file-speech-cache.js';
import type { SpeechCache } from './speech-cache.js';
import { SpeechFailedError, type SpeechSynthesizer } from './speech-synthesizer.js';

const wanted = () => new AbortController().signal;
const english = (text: string) => ({ text, language: 'en-US' });
const sound = (length = 800): Pcm => ({ sampleRate: 8000, samples: new Int16Array(length).fill(7) });

/** Counts what it is asked, and answers when it is let. */
class CountingSynthesizer implements SpeechSynthesizer {
  readonly name: string;
  readonly asked: string[] = [];
  fail: Error | undefined;
  constructor(name = 'counting') {
    this.name = name;
  }
  async synthesize({ text }: { text: string }): Promise<Pcm> {
    this.asked.push(text);
    await new Promise((resolve) => setImmediate(resolve));
    if (this.fail) throw this.fail;
    return sound();
  }
}

function memoryCache(): SpeechCache & { kept: Map<string, Pcm> } {
  const kept = new Map<string, Pcm>();
  return { kept, get: async (key) => kept.get(key), put: async (key, speech) => void kept.set(key, speech) };
}

describe('cached speech', () => {
  it('makes a text once, for all who want it at once and later', async () => {
    const synthesizer = new CountingSynthesizer();
    const speech = new CachedSpeech({ synthesizer, memoryBytes: 1_000_000 });
    const say = () => speech.synthesize(english('hello'), wanted());
    const sounds = await Promise.all([say(), say(), say()]);
    sounds.push(await say());
    expect(new Set(sounds).size).toBe(1);
    expect(synthesizer.asked).toEqual(['hello']);
    expect(sounds[0]!.samples.buffer).toBeInstanceOf(SharedArrayBuffer);
  });

  it('tells text, language, voice and service apart', async () => {
    const cache = memoryCache();
    for (const name of ['a', 'b']) {
      const speech = new CachedSpeech({ synthesizer: new CountingSynthesizer(name), cache, memoryBytes: 1_000_000 });
      await speech.synthesize(english('hello'), wanted());
      await speech.synthesize(english('hello!'), wanted());
      await speech.synthesize({ ...english('hello'), language: 'en-GB' }, wanted());
      await speech.synthesize({ ...english('hello'), voice: 'x' }, wanted());
    }
    expect(cache.kept.size).toBe(8);
  });

  it('is there after a restart', async () => {
    const cache = memoryCache();
    await new CachedSpeech({ synthesizer: new CountingSynthesizer(), cache, memoryBytes: 1_000_000 }).synthesize(
      english('hello'),
      wanted(),
    );
    const synthesizer = new CountingSynthesizer();
    await new CachedSpeech({ synthesizer, cache, memoryBytes: 1_000_000 }).synthesize(english('hello'), wanted());
    expect(synthesizer.asked).toEqual([]);
  });

  it('forgets what was used longest ago when memory is full', async () => {
    const synthesizer = new CountingSynthesizer();
    const speech = new CachedSpeech({ synthesizer, memoryBytes: 5000 });
    for (const text of ['a', 'b', 'a', 'c', 'a', 'b']) await speech.synthesize(english(text), wanted());
    expect(synthesizer.asked).toEqual(['a', 'b', 'c', 'b']);
  });

  it('keeps no failure', async () => {
    const synthesizer = new CountingSynthesizer();
    const speech = new CachedSpeech({ synthesizer, memoryBytes: 1_000_000 });
    synthesizer.fail = new SpeechFailedError('failed', 'no');
    await expect(speech.synthesize(english('hello'), wanted())).rejects.toThrow('no');
    synthesizer.fail = undefined;
    expect((await speech.synthesize(english('hello'), wanted())).samples.length).toBe(800);
  });

  it('lets go of one who leaves and makes it for the others', async () => {
    const speech = new CachedSpeech({ synthesizer: new CountingSynthesizer(), memoryBytes: 1_000_000 });
    const abort = new AbortController();
    const leaving = speech.synthesize(english('hello'), abort.signal);
    const staying = speech.synthesize(english('hello'), wanted());
    abort.abort();
    await expect(leaving).rejects.toMatchObject({ reason: 'aborted' });
    expect((await staying).samples.length).toBe(800);
  });
});

describe('speech on disk', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'speech-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));
  const cache = (maxBytes = 1_000_000) =>
    new FileSpeechCache({ folder: join(folder, 'cache'), maxBytes }, silentLogger);

  it('is kept for the next process', async () => {
    await cache().put('a1', sound());
    expect(await cache().get('a1')).toEqual(sound());
    expect(await cache().get('b2')).toBeUndefined();
  });

  it('takes a broken file for none', async () => {
    await cache().put('a1', sound());
    await writeFile(join(folder, 'cache', 'a1.wav'), 'RIFF');
    expect(await cache().get('a1')).toBeUndefined();
  });

  it('removes what was used longest ago when there is too much', async () => {
    const speech = cache(6000);
    for (const [index, key] of ['a1', 'b2', 'c3'].entries()) {
      await speech.put(key, sound());
      await utimes(join(folder, 'cache', `${key}.wav`), index, index);
    }
    await speech.put('d4', sound());
    expect((await readdir(join(folder, 'cache'))).sort()).toEqual(['c3.wav', 'd4.wav']);
  });

  it('goes on without a disk', async () => {
    await writeFile(join(folder, 'cache'), 'a file where the folder should be');
    await cache().put('a1', sound());
    expect(await cache().get('a1')).toBeUndefined();
  });
});
