import { ManualClock } from '@hookswitch/kernel/manual-clock';
import { describe, expect, it } from 'vitest';
import { MemoryObjectStore } from '../objects/index.js';
import { type OutboundRequest, ScriptedOutboundHttp } from '../outbound-http/index.js';
import { MemoryTenantCollection } from '../store/memory-tenant-collection.js';
import { UnreadableAudioError } from './audio-errors.js';
import { audioCollection } from './audio-file.js';
import { FfmpegAudioDecoder } from './ffmpeg-audio-decoder.js';
import { defaultAudioResolverSettings, HttpAudioResolver } from './http-audio-resolver.js';
import { sine } from './test-sounds.fixture.js';
import { uploadAudio } from './upload-audio.js';
import { writeWav } from './wav.js';

const url = 'https://sounds.example/a.wav';
const wav = writeWav(sine(440, 1));
const other = writeWav(sine(880, 1));
const never = () => new AbortController().signal;

function resolving(settings: Partial<typeof defaultAudioResolverSettings> = {}) {
  const clock = new ManualClock();
  const http = new ScriptedOutboundHttp();
  const audio = new MemoryTenantCollection(audioCollection);
  const objects = new MemoryObjectStore();
  const plain = new FfmpegAudioDecoder({ program: '/nowhere/ffmpeg', maxSeconds: 60 });
  let decoded = 0;
  const decoder = {
    decode: (bytes: Buffer) => {
      decoded++;
      return plain.decode(bytes);
    },
  };
  const resolver = new HttpAudioResolver({
    http,
    audio,
    objects,
    decoder,
    clock,
    settings: { ...defaultAudioResolverSettings, ...settings },
  });
  let made = 0;
  const upload = (bytes: Buffer) =>
    uploadAudio({ audio, objects, decoder, clock, newId: () => `AU${String(++made).padStart(32, '0')}` }, 'AC1', {
      bytes,
    });
  return {
    clock,
    http,
    audio,
    upload,
    get: (source = url) => resolver.resolve('AC1', { url: source }, never()),
    uploaded: (audioId: string, accountId = 'AC1') => resolver.resolve(accountId, { audioId }, never()),
    resolver,
    decodings: () => decoded,
  };
}

describe('resolving a sound by URL', () => {
  it('fetches, decodes, and keeps it in memory that threads share', async () => {
    const { http, get } = resolving();
    http.on(url, { body: wav });
    const sound = await get();
    expect(sound).toMatchObject({ kind: 'audio', sampleRate: 8000 });
    expect([sound.samples.length, sound.samples.buffer instanceof SharedArrayBuffer]).toEqual([8000, true]);
  });

  it('fetches once for all who want it at once, and each gets it', async () => {
    const { http, get, decodings } = resolving();
    http.on(url, { body: wav });
    const sounds = await Promise.all(Array.from({ length: 20 }, () => get()));
    expect([new Set(sounds).size, http.requests.length, decodings()]).toEqual([1, 1, 1]);
  });

  it('does not ask again while it is fresh, then asks whether it changed', async () => {
    const { clock, http, get, decodings } = resolving();
    http.on(
      url,
      { body: wav, headers: { 'cache-control': 'max-age=60', etag: '"1"', 'last-modified': 'yesterday' } },
      { status: 304, headers: { 'cache-control': 'max-age=60' } },
      { body: other, headers: { etag: '"2"' } },
    );
    const first = await get();
    clock.advance(59_000);
    expect(await get()).toBe(first);
    expect(http.requests).toHaveLength(1);
    clock.advance(2000);
    expect(await get()).toBe(first);
    expect(http.requests[1]!.headers).toMatchObject({ 'if-none-match': '"1"', 'if-modified-since': 'yesterday' });
    clock.advance(61_000);
    expect((await get()).key).not.toBe(first.key);
    expect(decodings()).toBe(2);
  });

  it('does not decode the same bytes again', async () => {
    const { clock, http, get, decodings } = resolving();
    http.on(url, { body: wav });
    const first = await get();
    clock.advance(6000);
    expect(await get()).toBe(first);
    expect([http.requests.length, decodings()]).toEqual([2, 1]);
  });

  it('keeps nothing that may not be kept', async () => {
    const { http, get } = resolving();
    http.on(url, { body: wav, headers: { 'cache-control': 'no-store' } });
    await get();
    await get();
    expect(http.requests).toHaveLength(2);
  });

  it('forgets what was used longest ago when memory is full', async () => {
    const { http, get } = resolving({ cacheBytes: 40_000 });
    const urls = ['a', 'b', 'c'].map((name) => `https://sounds.example/${name}`);
    for (const each of urls) http.on(each, { body: wav, headers: { 'cache-control': 'max-age=60' } });
    for (const each of urls) await get(each);
    await get(urls[2]);
    expect(http.requests).toHaveLength(3);
    await get(urls[0]);
    expect(http.requests).toHaveLength(4);
  });

  it('asks within limits', async () => {
    const { http, get } = resolving({ maxBytes: 100_000, timeoutMs: 7000, connectTimeoutMs: 700, maxRedirects: 1 });
    http.on(url, { body: wav });
    await get();
    expect(http.requests[0]).toMatchObject<Partial<OutboundRequest>>({
      method: 'GET',
      maxBytes: 100_000,
      timeoutMs: 7000,
      connectTimeoutMs: 700,
      maxRedirects: 1,
    });
  });

  it.each([
    ['a refused address', { failure: 'address-refused' as const }, 'address-refused'],
    ['no answer', { failure: 'request-timeout' as const }, 'request-timeout'],
    ['too much', { failure: 'response-too-large' as const }, 'response-too-large'],
    ['an error', { status: 404 }, 'bad-status'],
    ['no audio', { body: '<html>' }, 'audio-unreadable'],
  ])('says why it cannot be had: %s', async (_, answer, reason) => {
    const { http, get } = resolving();
    http.on(url, answer, { body: wav });
    await expect(get()).rejects.toMatchObject({ code: 'audio-unavailable', reason });
    expect((await get()).samples.length).toBe(8000);
  });

  it('does not show the password of an address', async () => {
    const { http, get } = resolving();
    const secret = 'https://me:hunter2@sounds.example/a';
    http.on(secret, { body: 'nothing' });
    await expect(get(secret)).rejects.not.toThrow(/hunter2/);
    await expect(get(secret)).rejects.toThrow(/sounds.example/);
  });

  it('lets go of one who no longer wants it, and fetches on for the others', async () => {
    const { http, get, resolver } = resolving();
    let answer: ((request: OutboundRequest) => void) | undefined;
    const request = http.request.bind(http);
    http.request = (asked) => new Promise((resolve) => (answer = () => resolve(request(asked))));
    http.on(url, { body: wav });
    const abort = new AbortController();
    const leaving = resolver.resolve('AC1', { url }, abort.signal);
    const staying = get();
    abort.abort();
    await expect(leaving).rejects.toMatchObject({ reason: 'request-aborted' });
    answer!(http.requests[0]!);
    expect((await staying).samples.length).toBe(8000);
  });
});

describe('resolving an uploaded sound', () => {
  it('is its account’s alone', async () => {
    const { upload, uploaded } = resolving();
    const { id } = await upload(wav);
    expect((await uploaded(id)).samples.length).toBe(8000);
    await expect(uploaded(id, 'AC2')).rejects.toMatchObject({ code: 'audio-unavailable', reason: 'not-found' });
    await expect(uploaded('AU0')).rejects.toMatchObject({ reason: 'not-found' });
  });

  it('is gone soon after it was deleted', async () => {
    const { clock, audio, upload, uploaded } = resolving();
    const { id } = await upload(wav);
    await uploaded(id);
    await audio.remove('AC1', id);
    clock.advance(11_000);
    await expect(uploaded(id)).rejects.toMatchObject({ reason: 'not-found' });
  });

  it('is kept as telephone sound, whatever was sent', async () => {
    const { upload, uploaded } = resolving();
    const file = await upload(writeWav(sine(440, 0.5, 44_100)));
    expect(file).toMatchObject({ durationMs: 500, sizeBytes: 8044, name: file.id });
    expect((await uploaded(file.id)).sampleRate).toBe(8000);
  });

  it('leaves no record of what cannot be read', async () => {
    const { audio, upload } = resolving();
    await expect(upload(Buffer.from('nonsense'))).rejects.toThrow(UnreadableAudioError);
    expect((await audio.list('AC1', {})).items).toEqual([]);
  });
});
