import { describe, expect, it } from 'vitest';
import type { SpeechSynthesizer } from './speech-synthesizer.js';

const wanted = () => new AbortController().signal;

/** The same sentences for every synthesizer. */
export function synthesizerContract(name: string, make: () => Promise<SpeechSynthesizer>): void {
  describe(`synthesizer contract: ${name}`, () => {
    it('makes telephone sound that is not silent', async () => {
      const synthesizer = await make();
      const speech = await synthesizer.synthesize({ text: 'Good morning.', language: 'en-US' }, wanted());
      expect(speech.sampleRate).toBe(8000);
      expect(speech.samples.length).toBeGreaterThan(2000);
      expect(speech.samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0)).toBeGreaterThan(1000);
    });

    it('makes the same of the same, and takes longer over a longer text', async () => {
      const synthesizer = await make();
      const say = (text: string) => synthesizer.synthesize({ text, language: 'en-US' }, wanted());
      const [first, again, longer] = await Promise.all([say('Hello.'), say('Hello.'), say('Hello. '.repeat(5))]);
      expect(Buffer.from(again.samples.buffer).equals(Buffer.from(first.samples.buffer))).toBe(true);
      expect(longer.samples.length).toBeGreaterThan(first.samples.length * 2);
    });

    it('speaks other languages, in other scripts', async () => {
      const synthesizer = await make();
      for (const [language, text] of [
        ['cmn-CN', '欢迎致电'],
        ['de-DE', 'Schöne Grüße'],
      ] as const) {
        const speech = await synthesizer.synthesize({ text, language }, wanted());
        expect(speech.samples.length).toBeGreaterThan(2000);
      }
    });

    it('stops when the speech is no longer wanted', async () => {
      const synthesizer = await make();
      await expect(
        synthesizer.synthesize({ text: 'Hello.', language: 'en-US' }, AbortSignal.abort()),
      ).rejects.toMatchObject({ code: 'speech-failed', reason: 'aborted' });
    });
  });
}
