import { describe, expect, it } from 'vitest';
import { espeakVoice, parseVoices } from './espeak-voice.js';

const known = new Set([
  'en-us',
  'en-gb',
  'cmn',
  'yue',
  'de',
  'fr-fr',
  'pt',
  'pt-br',
  'nb',
  'es',
  'es-419',
  'vi-vn-x-south',
]);

describe('the eSpeak NG voice for a language', () => {
  it.each([
    ['en-US', 'en-us'],
    ['en-GB', 'en-gb'],
    ['en', 'en-us'],
    ['en-AU', 'en-us'],
    ['cmn-CN', 'cmn'],
    ['cmn-Hans-CN', 'cmn'],
    ['zh-CN', 'cmn'],
    ['zh', 'cmn'],
    ['zh-HK', 'yue'],
    ['yue-HK', 'yue'],
    ['de-AT', 'de'],
    ['fr-CA', 'fr-fr'],
    ['pt-BR', 'pt-br'],
    ['pt-PT', 'pt'],
    ['es-MX', 'es-419'],
    ['vi-VN', 'vi-vn-x-south'],
  ])('%s is %s', (language, voice) => {
    expect(espeakVoice(language, undefined, known)).toBe(voice);
  });

  it.each([
    ['man', 'en-us'],
    ['woman', 'en-us+f2'],
    ['f4', 'en-us+f4'],
    ['whisper', 'en-us+whisper'],
  ])('the voice %s is %s', (voice, name) => {
    expect(espeakVoice('en-US', voice, known)).toBe(name);
  });

  it.each(['xx', 'x', 'e', ''])('there is none for %j', (language) => {
    expect(() => espeakVoice(language, undefined, known)).toThrow(/does not speak/);
  });

  it('reads its list', () => {
    const listing = `Pty Language       Age/Gender VoiceName          File                 Other Languages
 5  af              --/M      Afrikaans          gmw/af
 5  cmn             --/M      Chinese_(Mandarin,_latin_as_English) sit/cmn              (zh-cmn 5)(zh 5)
`;
    expect([...parseVoices(listing)]).toEqual(['af', 'cmn']);
  });
});
