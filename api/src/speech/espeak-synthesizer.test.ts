import { describe, expect, it } from 'vitest';
import { EspeakSynthesizer } from './espeak-synthesizer.js';
import { synthesizerContract } from './synthesizer-contract.fixture.js';

const program = process.env.ESPEAK_PATH ?? 'espeak-ng';
const wanted = () => new AbortController().signal;

synthesizerContract('eSpeak NG', async () => new EspeakSynthesizer({ program }));

describe('eSpeak NG', () => {
  const espeak = new EspeakSynthesizer({ program });

  it('sounds otherwise in another voice', async () => {
    const [man, woman] = await Promise.all(
      ['man', 'woman'].map((voice) => espeak.synthesize({ text: 'Hello.', language: 'en', voice }, wanted())),
    );
    expect(Buffer.from(man!.samples.buffer).equals(Buffer.from(woman!.samples.buffer))).toBe(false);
  });

  it.each([
    [{ language: 'xx-YY' }, 'unknown-language'],
    [{ language: 'en-US', voice: 'Joanna' }, 'unknown-voice'],
    [{ language: 'en-US', voice: '../../etc/passwd' }, 'unknown-voice'],
  ])('says what it does not have: %j', async (request, reason) => {
    await expect(espeak.synthesize({ text: 'Hello', ...request }, wanted())).rejects.toMatchObject({
      code: 'speech-failed',
      reason,
    });
  });

  it.each(['-v de --help', '<speak>hello</speak>', '[[h@l"oU]]', '`id` $(id) "; id', '\u0000 null'])(
    'takes %j for text and nothing else',
    async (text) => {
      expect((await espeak.synthesize({ text, language: 'en-US' }, wanted())).samples.length).toBeGreaterThan(1000);
    },
  );

  it('says that it is not installed', async () => {
    const missing = new EspeakSynthesizer({ program: '/nowhere/espeak-ng' });
    await expect(missing.synthesize({ text: 'Hello', language: 'en' }, wanted())).rejects.toMatchObject({
      reason: 'not-installed',
    });
    await expect(missing.languages()).rejects.toMatchObject({ reason: 'not-installed' });
  });

  it('refuses more than may wait', async () => {
    const busy = new EspeakSynthesizer({ program, concurrency: 1, waiting: 1 });
    await busy.languages();
    const ends = await Promise.allSettled(
      ['one', 'two', 'three'].map((text) => busy.synthesize({ text, language: 'en' }, wanted())),
    );
    expect(ends.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected']);
    expect(ends[2]).toMatchObject({ reason: { reason: 'too-busy' } });
  });
});
