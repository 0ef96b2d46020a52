import type { AudioRef } from '@hookswitch/media/port/sound';
import { absolute } from './result-target.js';
import type { ParsedVerb } from './script.js';
import type { ScriptContext } from './script-context.js';

/** What a `say` or `play` sounds like. Rejects where it cannot be had. */
export function soundOf(verb: ParsedVerb<'say' | 'play'>, context: ScriptContext): Promise<AudioRef> {
  if (verb.verb === 'say') {
    const { text, language, voice } = verb;
    return context.speech.synthesize({ text, language, ...(voice === undefined ? {} : { voice }) }, context.signal);
  }
  const source = verb.audioId === undefined ? { url: absolute(verb.url!, context) } : { audioId: verb.audioId };
  return context.audio.resolve(context.accountId, source, context.signal);
}
