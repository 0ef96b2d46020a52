import type { OperationHandler } from '../../operation/handler.js';
import { ResourceNotFoundError } from '../../operation/request-errors.js';
import type { RecordingFile } from '../recording.js';
import { RecordingNotAvailableError } from '../recording-errors.js';
import { mediaType } from '../recording-media-type.js';
import type { RecordingOperationDeps } from '../recording-operation-deps.js';

export function getRecordingMedia({
  recordings,
  objects,
}: RecordingOperationDeps): OperationHandler<'getRecordingMedia'> {
  return async ({ params, query: { format } }, context) => {
    const recording = await recordings.get(context.account.id, params.recordingId);
    if (!recording) throw new ResourceNotFoundError('recording', params.recordingId);
    const file = chosen(recording.files, format);
    if (!file) throw new RecordingNotAvailableError(recording.id, format, recording.status);
    return {
      status: 200,
      content: {
        type: mediaType[file.format],
        size: file.sizeBytes,
        etag: file.sha256,
        fileName: `${recording.id}.${file.format}`,
        open: (range) => objects.open(file.key, range),
      },
    };
  };
}

function chosen(
  files: readonly RecordingFile[],
  format: RecordingFile['format'] | undefined,
): RecordingFile | undefined {
  if (format !== undefined) return files.find((file) => file.format === format);
  return files.find((file) => file.format === 'mp3') ?? files[0];
}
