import { Readable } from 'node:stream';
import type { Clock } from '@hookswitch/kernel/clock';
import { writeWav } from '../../audio/index.js';
import type { OperationHandler } from '../../operation/handler.js';
import type { Speech } from '../../scripting/script-context.js';

/** What hearing a text needs. */
export interface SpeechDeps {
  readonly speech: Speech;
  readonly clock: Clock;
}

/** Nobody listens any longer than this for a preview. */
const patienceMs = 20_000;

export function previewSpeech({ speech, clock }: SpeechDeps): OperationHandler<'previewSpeech'> {
  return async ({ body: { text, language = 'en-US', voice } }) => {
    const control = new AbortController();
    const cancel = clock.after(patienceMs, () => control.abort('the preview took too long'));
    try {
      const request = { text, language, ...(voice !== undefined && { voice }) };
      const { sampleRate, samples } = await speech.synthesize(request, control.signal);
      const wav = writeWav({ sampleRate, samples });
      return {
        status: 200,
        content: {
          type: 'audio/wav',
          size: wav.length,
          open: async (range) => Readable.from([range ? wav.subarray(range.start, range.end + 1) : wav]),
          fileName: 'preview.wav',
        },
      };
    } finally {
      cancel();
    }
  };
}
