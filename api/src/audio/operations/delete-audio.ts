import type { OperationHandler } from '../../operation/handler.js';
import { ResourceNotFoundError } from '../../operation/request-errors.js';
import type { AudioDeps } from '../audio-deps.js';
import { AudioInUseError } from '../audio-errors.js';

/** The record goes first: a file without a record is litter, a record without its file would be a lie. */
export function deleteAudio({ audio, objects, audioUsers }: AudioDeps): OperationHandler<'deleteAudio'> {
  return async ({ params, query }, context) => {
    const file = await audio.get(context.account.id, params.audioId);
    if (!file) throw new ResourceNotFoundError('audio file', params.audioId);
    const users = query.force ? [] : await audioUsers(file.accountId, file.id);
    if (users.length > 0) throw new AudioInUseError(users);
    if (!(await audio.remove(file.accountId, file.id))) throw new ResourceNotFoundError('audio file', params.audioId);
    await objects.remove(file.objectKey);
    return { status: 204 };
  };
}
