import type { OperationHandler } from '../../operation/handler.js';
import { ResourceNotFoundError } from '../../operation/request-errors.js';
import type { AudioDeps } from '../audio-deps.js';
import { audioView } from '../audio-view.js';

export function getAudio({ audio }: AudioDeps): OperationHandler<'getAudio'> {
  return async ({ params }, context) => {
    const file = await audio.get(context.account.id, params.audioId);
    if (!file) throw new ResourceNotFoundError('audio file', params.audioId);
    return { status: 200, body: audioView(file) };
  };
}
