export { CachedSpeech, type CachedSpeechDeps } from './cached-speech.js';
export { type EspeakSettings, EspeakSynthesizer } from './espeak-synthesizer.js';
export { FileSpeechCache, type FileSpeechCacheSettings } from './file-speech-cache.js';
export { HttpSynthesizer, type HttpSynthesizerSettings } from './http-synthesizer.js';
export { createMemorySpeech, memorySpeechKey } from './memory-speech.js';
export { type SpeechDeps, speechOperations } from './operations/index.js';
export type { SpeechCache } from './speech-cache.js';
export { SpeechFailedError, type SpeechFailure, type SpeechSynthesizer } from './speech-synthesizer.js';
