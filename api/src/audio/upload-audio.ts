import { createHash } from 'node:crypto';
import { timestamp } from '../store/timestamp.js';
import type { AudioDeps } from './audio-deps.js';
import { asAudioError } from './audio-errors.js';
import type { AudioFile } from './audio-file.js';
import { pcmDurationMs } from './pcm.js';
import { writeWav } from './wav.js';

/** Reads an uploaded file, keeps it as telephone sound and makes its record. The file is there before the record is. @throws AudioNameTakenError */
export async function uploadAudio(
  { audio, objects, decoder, clock, newId }: Omit<AudioDeps, 'audioUsers'>,
  accountId: string,
  upload: { bytes: Buffer; name?: string | undefined },
): Promise<AudioFile> {
  const pcm = await decoder.decode(upload.bytes);
  const wav = writeWav(pcm);
  const id = newId('AU');
  const now = timestamp(clock);
  const file: AudioFile = {
    id,
    accountId,
    name: upload.name ?? id,
    durationMs: pcmDurationMs(pcm),
    sizeBytes: wav.length,
    sha256: createHash('sha256').update(wav).digest('hex'),
    objectKey: `audio/${accountId}/${id}.wav`,
    revision: 1,
    createdAt: now,
    updatedAt: now,
  };
  await objects.put(file.objectKey, wav, 'audio/wav');
  try {
    await audio.insert(file);
  } catch (error) {
    await objects.remove(file.objectKey);
    throw asAudioError(error);
  }
  return file;
}
