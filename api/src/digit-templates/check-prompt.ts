import type { AudioStore } from '../audio/index.js';
import { InvalidRequestError } from '../http/http-errors.js';
import type { DigitPrompt } from './digit-template.js';

/** @throws InvalidRequestError when the audio file is not the account's */
export async function checkPrompt(
  audio: Pick<AudioStore, 'get'>,
  accountId: string,
  prompt: DigitPrompt | undefined,
): Promise<void> {
  if (prompt === undefined || 'text' in prompt || (await audio.get(accountId, prompt.audioId))) return;
  throw new InvalidRequestError([
    { pointer: '/prompt/audioId', message: `must be the id of one of the account's audio files` },
  ]);
}
