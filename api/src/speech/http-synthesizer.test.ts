import { describe, expect, it } from 'vitest';
import { FfmpegAudioDecoder, writeWav } from '../audio/index.js';
import { ScriptedOutboundHttp } from '../outbound-http/index.js';
import { HttpSynthesizer, type HttpSynthesizerSettings } from './http-synthesizer.js';
import { createMemorySpeech } from './memory-speech.js';
import { synthesizerContract } from './synthesizer-contract.fixture.js';

const url = 'https://speech.example/v1/audio/speech';
const wanted = () => new AbortController().signal;

function speaking(settings: Partial<HttpSynthesizerSettings> = {}) {
  const http = new ScriptedOutboundHttp();
  const decoder = new FfmpegAudioDecoder({ program: '/nowhere/ffmpeg', maxSeconds: 60 });
  return { http, synthesizer: new HttpSynthesizer({ http, decoder }, { url, style: 'plain', ...settings }) };
}

/** A service that speaks in the memory speech's tones. */
async function withService(settings: Partial<HttpSynthesizerSettings> = {}) {
  const { http, synthesizer } = speaking(settings);
  const tones = createMemorySpeech();
  const made = new Map<string, Buffer>();
  const texts = ['Good morning.', 'Hello.', 'Hello. '.repeat(5), '欢迎致电', 'Schöne Grüße'];
  for (const text of texts) {
    made.set(text, writeWav(await tones.synthesize({ text: text.padEnd(8), language: 'en' }, wanted())));
  }
  http.on(url, (request) => {
    const { text, input } = JSON.parse(String(request.body));
    return { body: made.get(text ?? input)! };
  });
  return synthesizer;
}

synthesizerContract('HTTP, plain', () => withService());
synthesizerContract('HTTP, OpenAI-compatible', () => withService({ style: 'openai' }));

describe('a speech service over HTTP', () => {
  it('is asked plainly', async () => {
    const { http, synthesizer } = speaking({ apiKey: 'key' });
    http.on(url, { status: 500 });
    await expect(synthesizer.synthesize({ text: 'Hello', language: 'en', voice: 'v' }, wanted())).rejects.toMatchObject(
      { code: 'speech-failed', message: 'The speech service answered 500.' },
    );
    expect(http.requests[0]).toMatchObject({ method: 'POST', headers: { authorization: 'Bearer key' } });
    expect(JSON.parse(String(http.requests[0]!.body))).toEqual({ text: 'Hello', language: 'en', voice: 'v' });
  });

  it.each([
    [undefined, 'nova'],
    ['echo', 'echo'],
  ])('is asked as OpenAI’s is, the voice %s being %s', async (voice, sent) => {
    const { http, synthesizer } = speaking({ style: 'openai', model: 'tts-x', defaultVoice: 'nova' });
    http.on(url, { status: 401 });
    const request = { text: 'Hello', language: 'en', ...(voice === undefined ? {} : { voice }) };
    await expect(synthesizer.synthesize(request, wanted())).rejects.toMatchObject({ reason: 'failed' });
    expect(JSON.parse(String(http.requests[0]!.body))).toEqual({
      model: 'tts-x',
      input: 'Hello',
      voice: sent,
      response_format: 'wav',
    });
  });

  it.each([
    ['nobody', { failure: 'connect-failed' as const }],
    ['no sound', { body: 'sorry' }],
  ])('fails where %s answers', async (_, answer) => {
    const { http, synthesizer } = speaking();
    http.on(url, answer);
    await expect(synthesizer.synthesize({ text: 'Hello', language: 'en' }, wanted())).rejects.toMatchObject({
      code: 'speech-failed',
      reason: 'failed',
    });
  });
});
