import type { Schema } from '@hookswitch/openapi/operations';
import type { AudioFile } from './audio-file.js';

/** A sound as the API shows it. */
export function audioView({ objectKey: _, ...file }: AudioFile): Schema<'Audio'> {
  return file;
}
