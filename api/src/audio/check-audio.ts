import { InvalidRequestError } from '../operation/request-errors.js';
import type { AudioStore } from './audio-file.js';

/** @throws InvalidRequestError, at that pointer, when what is to be heard is not an audio file of the account */
export async function checkAudio(
  audio: Pick<AudioStore, 'get'>,
  accountId: string,
  audioId: string | null | undefined,
  pointer: string,
): Promise<void> {
  if (audioId === null || audioId === undefined || (await audio.get(accountId, audioId))) return;
  throw new InvalidRequestError([{ pointer, message: `must be the id of one of the account's audio files` }]);
}
