import type { OperationHandler } from '../../operation/handler.js';
import { ResourceNotFoundError } from '../../operation/request-errors.js';
import type { AudioDeps } from '../audio-deps.js';

export function getAudioMedia({ audio, objects }: AudioDeps): OperationHandler<'getAudioMedia'> {
  return async ({ params }, context) => {
    const file = await audio.get(context.account.id, params.audioId);
    if (!file) throw new ResourceNotFoundError('audio file', params.audioId);
    const { objectKey, sizeBytes, sha256 } = file;
    return {
      status: 200,
      content: {
        type: 'audio/wav',
        size: sizeBytes,
        open: (range) => objects.open(objectKey, range),
        etag: sha256,
        fileName: `${file.id}.wav`,
      },
    };
  };
}
