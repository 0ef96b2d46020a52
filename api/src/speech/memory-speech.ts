import type { AudioRef } from '@hookswitch/media/port/sound';
import type { Speech, SpeechRequest } from '../scripting/script-context.js';

const sampleRate = 8000;
const msPerCharacter = 50;
const longestMs = 60_000;

/** One tone that every text is a beginning of, so that a simulation of many calls costs no memory. Made when first needed. */
let tone: Int16Array | undefined;

function sharedTone(): Int16Array {
  if (!tone) {
    tone = new Int16Array(new SharedArrayBuffer((longestMs / 1000) * sampleRate * 2));
    for (let at = 0; at < tone.length; at++)
      tone[at] = Math.round(8000 * Math.sin((2 * Math.PI * 300 * at) / sampleRate));
  }
  return tone;
}

/** The key of a text's sound: it says what was said, for tests that look at what somebody heard. */
export function memorySpeechKey({ text, language, voice }: SpeechRequest): string {
  return `speech:${language}${voice === undefined ? '' : `/${voice}`}:${text}`;
}

/** Speech without a voice, for tests and the simulation: a tone of 50 ms a character, at most a minute, always the same. */
export function createMemorySpeech(): Speech {
  return {
    async synthesize(request): Promise<AudioRef> {
      const lengthMs = Math.min(longestMs, request.text.length * msPerCharacter);
      const samples = sharedTone().subarray(0, (lengthMs * sampleRate) / 1000);
      return { kind: 'audio', key: memorySpeechKey(request), sampleRate, samples };
    },
  };
}
