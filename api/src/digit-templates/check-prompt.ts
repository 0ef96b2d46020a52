import { type AudioStore, checkAudio } from '../audio/index.js';
import type { DigitPrompt } from './digit-template.js';

/** @throws InvalidRequestError when the audio file is not the account's */
export async function checkPrompt(
  audio: Pick<AudioStore, 'get'>,
  accountId: string,
  prompt: DigitPrompt | undefined,
): Promise<void> {
  if (prompt === undefined || 'text' in prompt) return;
  await checkAudio(audio, accountId, prompt.audioId, '/prompt/audioId');
}
