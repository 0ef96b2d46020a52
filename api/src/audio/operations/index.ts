import type { OperationHandlers } from '../../operation/handler.js';
import type { AudioDeps } from '../audio-deps.js';
import { createAudio } from './create-audio.js';
import { deleteAudio } from './delete-audio.js';
import { getAudio } from './get-audio.js';
import { getAudioMedia } from './get-audio-media.js';
import { listAudio } from './list-audio.js';
import { updateAudio } from './update-audio.js';

/** The HTTP face of sounds. */
export function audioOperations(deps: AudioDeps) {
  return {
    createAudio: createAudio(deps),
    listAudio: listAudio(deps),
    getAudio: getAudio(deps),
    updateAudio: updateAudio(deps),
    getAudioMedia: getAudioMedia(deps),
    deleteAudio: deleteAudio(deps),
  } satisfies Partial<OperationHandlers>;
}
