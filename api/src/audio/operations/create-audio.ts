import type { OperationHandler } from '../../operation/handler.js';
import type { AudioDeps } from '../audio-deps.js';
import { audioView } from '../audio-view.js';
import { uploadAudio } from '../upload-audio.js';

export function createAudio(deps: AudioDeps): OperationHandler<'createAudio'> {
  return async ({ body, query }, context) => {
    const file = await uploadAudio(deps, context.account.id, { bytes: body, name: query.name });
    return { status: 201, body: audioView(file) };
  };
}
