import { describe, expect, it } from 'vitest';
import { FfmpegAudioDecoder } from './ffmpeg-audio-decoder.js';
import { runProgram } from './run-program.js';
import { sine, strength, wavOf } from './test-sounds.fixture.js';
import { writeWav } from './wav.js';

const program = process.env.FFMPEG_PATH ?? 'ffmpeg';
const decoder = new FfmpegAudioDecoder({ program, maxSeconds: 10 });
const without = new FfmpegAudioDecoder({ program: '/nowhere/ffmpeg', maxSeconds: 10 });
const tone = writeWav(sine(440, 1, 44_100));

async function converted(format: string, ...options: string[]): Promise<Buffer> {
  const end = await runProgram({
    program,
    arguments: ['-loglevel', 'error', '-f', 'wav', '-i', 'pipe:0', ...options, '-f', format, 'pipe:1'],
    input: tone,
    timeoutMs: 60_000,
    maxOutputBytes: 10_000_000,
  });
  if (end.kind !== 'done') throw new Error(`ffmpeg: ${JSON.stringify(end)}`);
  return end.output;
}

describe('the audio decoder', () => {
  it('reads plain WAV at any rate without ffmpeg', async () => {
    const sound = await without.decode(tone);
    expect(sound.sampleRate).toBe(8000);
    expect(strength(sound, 440)).toBeCloseTo(1, 1);
  });

  it.each([
    ['MP3', 'mp3', []],
    ['WAV in ADPCM', 'wav', ['-codec:a', 'adpcm_ms']],
  ])('reads %s by ffmpeg', async (_, format, options) => {
    const sound = await decoder.decode(await converted(format, ...options));
    expect(sound.sampleRate).toBe(8000);
    expect(Math.abs(sound.samples.length / 8000 - 1)).toBeLessThan(0.2);
    expect(strength(sound, 440)).toBeGreaterThan(0.7);
  });

  it('names ffmpeg where it is missing', async () => {
    await expect(without.decode(await converted('mp3'))).rejects.toMatchObject({ code: 'audio-converter-missing' });
  });

  it.each<[string, Buffer]>([
    ['nothing', Buffer.alloc(0)],
    ['text', Buffer.from('<html>Not found</html>')],
    ['Ogg', Buffer.from('OggS00000000000000000000')],
    ['a playlist', Buffer.from('#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n')],
    ['an MP3 of noise', Buffer.concat([Buffer.from('ID3'), Buffer.alloc(500, 0x55)])],
    ['a WAV of an unknown encoding', wavOf(sine(1, 0.1), { encoding: 0x9999, bits: 8 }, () => {})],
  ])('says that %s cannot be read', async (_, file) => {
    await expect(decoder.decode(file)).rejects.toMatchObject({ code: 'audio-unreadable' });
  });

  it('refuses what is too long, without reading it to its end', async () => {
    const short = new FfmpegAudioDecoder({ program, maxSeconds: 0.5 });
    await expect(short.decode(tone)).rejects.toMatchObject({ code: 'audio-too-long' });
    await expect(short.decode(await converted('mp3'))).rejects.toMatchObject({ code: 'audio-too-long' });
  });
});

describe('running a program', () => {
  const run = (command: string, more: object = {}) =>
    runProgram({
      program: 'sh',
      arguments: ['-c', command],
      input: Buffer.from('input'),
      timeoutMs: 60_000,
      maxOutputBytes: 1000,
      ...more,
    });

  it('gives input and takes output', async () => {
    expect(await run('cat')).toEqual({ kind: 'done', output: Buffer.from('input') });
  });

  it('tells failure, complaint, absence and too much output apart', async () => {
    expect(await run('echo no >&2; exit 3')).toEqual({ kind: 'failed', why: 'no' });
    expect(await run('exit 3')).toEqual({ kind: 'failed', why: 'it ended with 3' });
    expect(await run('', { program: '/nowhere/program' })).toEqual({ kind: 'missing' });
    expect(await run('yes')).toEqual({ kind: 'too-much-output' });
  });

  it('kills what takes too long, or is no longer wanted', async () => {
    expect(await run('exec sleep 60', { timeoutMs: 50 })).toEqual({ kind: 'failed', why: 'it ended with SIGKILL' });
    const abort = new AbortController();
    const running = run('exec sleep 60', { signal: abort.signal });
    abort.abort();
    expect((await running).kind).toBe('failed');
  });

  it('does not mind a program that reads nothing', async () => {
    expect(await run('exit 0', { input: Buffer.alloc(1_000_000) })).toMatchObject({ kind: 'done' });
  });
});
