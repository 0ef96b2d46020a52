import {
  type ConcurrencyLimit,
  concurrencyLimit,
  type Pcm,
  type ProgramEnd,
  readWav,
  resample,
  runProgram,
  TooMuchWaitingError,
  telephoneRate,
} from '../audio/index.js';
import type { SpeechRequest } from '../scripting/script-context.js';
import { espeakVoice, parseVoices } from './espeak-voice.js';
import { SpeechFailedError, type SpeechSynthesizer } from './speech-synthesizer.js';

export interface EspeakSettings {
  /** `espeak-ng`, or where it is. */
  readonly program: string;
  /** How many run at once. Default 4. */
  readonly concurrency?: number;
  /** How many may wait for their turn. Default 200. */
  readonly waiting?: number;
  /** For one text. Default 20,000. */
  readonly timeoutMs?: number;
}

/** Ten minutes of its own 22,050 Hz, 16 bits. */
const maxOutputBytes = 600 * 22_050 * 2;

/** eSpeak NG, the system program, run once a text: it speaks some hundred languages and is under the GPL, so it is never linked. The text goes through its standard input. */
export class EspeakSynthesizer implements SpeechSynthesizer {
  readonly name = 'espeak-ng/1';
  readonly #settings: EspeakSettings;
  readonly #limit: ConcurrencyLimit;
  #languages: Promise<ReadonlySet<string>> | undefined;

  constructor(settings: EspeakSettings) {
    this.#settings = settings;
    this.#limit = concurrencyLimit('speech', settings.concurrency ?? 4, settings.waiting ?? 200);
  }

  async synthesize({ text, language, voice }: SpeechRequest, signal: AbortSignal): Promise<Pcm> {
    const name = espeakVoice(language, voice, await this.#known());
    try {
      return await this.#limit(async () => {
        if (signal.aborted) throw new SpeechFailedError('aborted', 'The speech is no longer wanted.');
        const input = Buffer.from(plainText(text));
        const wav = output(await this.#run(['-v', name, '-b', '1', '--stdin', '--stdout'], input, signal), signal);
        return resample(await readWav(wav), telephoneRate);
      });
    } catch (error) {
      if (error instanceof TooMuchWaitingError) throw new SpeechFailedError('too-busy', error.message, error);
      if (error instanceof SpeechFailedError) throw error;
      throw new SpeechFailedError('failed', 'The speech service made no sound of the text.', error);
    }
  }

  /** The languages it has, asked once. Rejects where it is not installed. */
  languages(): Promise<ReadonlySet<string>> {
    return this.#known();
  }

  #known(): Promise<ReadonlySet<string>> {
    this.#languages ??= this.#run(['--voices'], Buffer.alloc(0)).then((end) =>
      parseVoices(output(end).toString('utf8')),
    );
    this.#languages.catch(() => {
      this.#languages = undefined; // it may be installed later
    });
    return this.#languages;
  }

  #run(options: readonly string[], input: Buffer, signal?: AbortSignal): Promise<ProgramEnd> {
    const { program, timeoutMs = 20_000 } = this.#settings;
    return runProgram({ program, arguments: options, input, timeoutMs, maxOutputBytes, ...(signal ? { signal } : {}) });
  }
}

/** Without what the program would not take for text: control characters, and double brackets, which hold phonemes. */
function plainText(text: string): string {
  return text.replace(/\p{Cc}/gu, ' ').replaceAll('[[', '[ [');
}

function output(end: ProgramEnd, signal?: AbortSignal): Buffer {
  if (end.kind === 'done') return end.output;
  if (signal?.aborted) throw new SpeechFailedError('aborted', 'The speech is no longer wanted.');
  if (end.kind === 'missing') {
    throw new SpeechFailedError(
      'not-installed',
      'espeak-ng is not installed. Install it, or set another speech service.',
    );
  }
  if (end.kind === 'too-much-output') throw new SpeechFailedError('too-long', 'The text takes too long to say.');
  throw new SpeechFailedError('failed', `espeak-ng failed: ${end.why}.`);
}
