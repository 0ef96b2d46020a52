import { SpeechFailedError } from './speech-synthesizer.js';

/** BCP 47 languages that eSpeak NG calls otherwise. */
const aliases: Readonly<Record<string, string>> = {
  en: 'en-us',
  fr: 'fr-fr',
  zh: 'cmn',
  'zh-cn': 'cmn',
  'zh-hans': 'cmn',
  'zh-tw': 'cmn',
  'zh-sg': 'cmn',
  'zh-hk': 'yue',
  'zh-mo': 'yue',
  no: 'nb',
  'es-mx': 'es-419',
};

/** Twilio's two plain voices; else a variant of eSpeak NG. */
const voices: Readonly<Record<string, string>> = { man: '', woman: '+f2' };
const variant = /^([mf][1-8]|croak|whisper|whisperf)$/;

/**
 * The name of an eSpeak NG voice for a language and a voice, from the languages it knows.
 * @throws SpeechFailedError `unknown-language` or `unknown-voice`
 */
export function espeakVoice(language: string, voice: string | undefined, known: ReadonlySet<string>): string {
  const name = languageName(language.toLowerCase(), known);
  if (name === undefined) {
    throw new SpeechFailedError('unknown-language', `The speech service does not speak '${language}'.`);
  }
  if (voice === undefined) return name;
  const suffix = voices[voice] ?? (variant.test(voice) ? `+${voice}` : undefined);
  if (suffix === undefined) {
    const message = `The speech service has no voice '${voice}'; it has man, woman, m1 to m8 and f1 to f5.`;
    throw new SpeechFailedError('unknown-voice', message);
  }
  return name + suffix;
}

/** The language itself, its alias, the same with less behind it, or any variety of it. */
function languageName(language: string, known: ReadonlySet<string>): string | undefined {
  for (let tag = language; tag !== ''; tag = tag.slice(0, Math.max(0, tag.lastIndexOf('-')))) {
    const name = aliases[tag] ?? tag;
    if (known.has(name)) return name;
  }
  const [primary] = language.split('-');
  return [...known].sort().find((name) => name.startsWith(`${primary}-`));
}

/** The languages in what `espeak-ng --voices` prints. */
export function parseVoices(listing: string): Set<string> {
  const lines = listing.split('\n').slice(1);
  return new Set(lines.flatMap((line) => /^\s*\d+\s+(\S+)/.exec(line)?.[1]?.toLowerCase() ?? []));
}
