import type { Schema } from '@hookswitch/openapi/operations';
import { InvalidRequestError } from '../../operation/request-errors.js';
import type { ConferenceSound } from '../conference-control.js';

/** What is to be heard, where a request says so. @throws InvalidRequestError where it says more than one thing */
export function conferenceSound({
  play,
  say,
}: Pick<Schema<'UpdateConferenceRequest'>, 'play' | 'say'>): ConferenceSound | undefined {
  if (play && say) throw invalid('/say', 'and play cannot both be given');
  if (say) {
    const { text, language = 'en-US', voice } = say;
    return { text, language, ...(voice === undefined ? {} : { voice }) };
  }
  if (!play) return undefined;
  const { url, audioId, loop: loops = 1 } = play;
  if (url !== undefined && audioId === undefined) return { url, loops };
  if (audioId !== undefined && url === undefined) return { audioId, loops };
  throw invalid('/play', 'needs url or audioId, and not both');
}

function invalid(pointer: string, message: string): InvalidRequestError {
  return new InvalidRequestError([{ pointer, message }]);
}
