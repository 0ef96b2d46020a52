import { BaseError } from '@hookswitch/kernel/base-error';
import type { AudioDecoder, Pcm } from '../audio/index.js';
import type { OutboundHttp } from '../outbound-http/index.js';
import type { SpeechRequest } from '../scripting/script-context.js';
import { SpeechFailedError, type SpeechSynthesizer } from './speech-synthesizer.js';

export interface HttpSynthesizerSettings {
  /** The whole address that is asked. */
  readonly url: string;
  /** Sent as a bearer token. */
  readonly apiKey?: string;
  /**
   * `plain`: `{text, language, voice}` in JSON; the answer is a WAV or MP3. `openai`: as the OpenAI API has `/v1/audio/speech`; the voice, which is required there, is the text's own or `defaultVoice`.
   */
  readonly style: 'plain' | 'openai';
  readonly model?: string;
  readonly defaultVoice?: string;
  readonly timeoutMs?: number;
}

/** A speech service over HTTP, set by whoever runs the installation. */
export class HttpSynthesizer implements SpeechSynthesizer {
  readonly name: string;
  readonly #deps: { readonly http: OutboundHttp; readonly decoder: AudioDecoder };
  readonly #settings: HttpSynthesizerSettings;

  constructor(deps: { http: OutboundHttp; decoder: AudioDecoder }, settings: HttpSynthesizerSettings) {
    this.#deps = deps;
    this.#settings = settings;
    this.name = [settings.style, settings.url, settings.model ?? '', settings.defaultVoice ?? ''].join(' ');
  }

  async synthesize(request: SpeechRequest, signal: AbortSignal): Promise<Pcm> {
    const { url, apiKey, timeoutMs = 15_000 } = this.#settings;
    try {
      const response = await this.#deps.http.request({
        method: 'POST',
        url,
        headers: {
          'content-type': 'application/json',
          accept: 'audio/wav, audio/mpeg',
          ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }),
        },
        body: JSON.stringify(this.#body(request)),
        timeoutMs,
        maxBytes: 32 * 1024 * 1024,
        signal,
      });
      if (response.status !== 200) {
        throw new SpeechFailedError('failed', `The speech service answered ${response.status}.`);
      }
      return await this.#deps.decoder.decode(response.body);
    } catch (error) {
      if (error instanceof SpeechFailedError || !(error instanceof BaseError)) throw error;
      if (signal.aborted) throw new SpeechFailedError('aborted', 'The speech is no longer wanted.', error);
      throw new SpeechFailedError('failed', `The speech service failed: ${error.message}`, error);
    }
  }

  #body({ text, language, voice }: SpeechRequest): object {
    const { style, model = 'tts-1', defaultVoice = 'alloy' } = this.#settings;
    if (style === 'plain') return { text, language, voice };
    return { model, input: text, voice: voice ?? defaultVoice, response_format: 'wav' };
  }
}
