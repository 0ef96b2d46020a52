import type { OperationHandler } from '../../operation/handler.js';
import { ResourceNotFoundError } from '../../operation/request-errors.js';
import { changeRecord } from '../../store/change-record.js';
import type { AudioDeps } from '../audio-deps.js';
import { asAudioError } from '../audio-errors.js';
import { audioView } from '../audio-view.js';

export function updateAudio({ audio, clock }: AudioDeps): OperationHandler<'updateAudio'> {
  return async ({ params, body }, context) => {
    const { name } = body;
    const file = await changeRecord(audio, clock, context.account.id, params.audioId, (old) => ({
      ...old,
      name,
    })).catch((error: unknown) => {
      throw asAudioError(error);
    });
    if (!file) throw new ResourceNotFoundError('audio file', params.audioId);
    return { status: 200, body: audioView(file) };
  };
}
