import { BaseError } from '@hookswitch/kernel/base-error';

export class RecordingNotAvailableError extends BaseError {
  constructor(id: string, format: string | undefined, status: string) {
    super(
      'conflict',
      'recording-not-available',
      `Recording ${id} is ${status} and has no ${format ?? ''}${format ? ' ' : ''}file. Its \`files\` list what there is; wait for recording.available.`,
    );
  }
}

export class RecordingNotFinishedError extends BaseError {
  constructor(id: string, status: string) {
    super(
      'conflict',
      'recording-not-finished',
      `Recording ${id} is ${status}. Stop it first and wait until its files are made.`,
    );
  }
}
