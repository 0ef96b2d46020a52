import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { readWav, type Sound } from './wav.js';

const run = promisify(execFile);

/** A sound file of any kind at 8 kHz: WAV is read here, anything else (MP3) goes through ffmpeg. */
export async function readSoundFile(path: string): Promise<Sound> {
  if (path.endsWith('.wav')) return readWav(await readFile(path));
  const words = ['-v', 'error', '-nostdin', '-i', path, '-ar', '8000', '-c:a', 'pcm_s16le', '-f', 'wav', '-'];
  const { stdout } = await run('ffmpeg', words, { encoding: 'buffer', maxBuffer: 512 * 1024 * 1024 });
  return readWav(stdout);
}
