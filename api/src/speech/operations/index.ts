import type { OperationHandlers } from '../../operation/handler.js';
import { previewSpeech, type SpeechDeps } from './preview-speech.js';

export type { SpeechDeps };

/** The HTTP face of speech. */
export function speechOperations(deps: SpeechDeps) {
  return { previewSpeech: previewSpeech(deps) } satisfies Partial<OperationHandlers>;
}
