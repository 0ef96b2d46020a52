import { spawn } from 'node:child_process';
import { BaseError } from '@hookswitch/kernel/base-error';
import type { Mp3Encoder } from './mp3-encoder.js';

/** ffmpeg could not make the MP3. */
export class Mp3EncodingError extends BaseError {
  constructor(why: string) {
    super('upstream', 'mp3-encoding-failed', `ffmpeg could not make the MP3: ${why}`);
  }
}

/** So much of what ffmpeg complains is kept. */
const keptComplaint = 2000;

/** Encodes with the system's ffmpeg (`FFMPEG_PATH`), one thread, variable bit rate. */
export class FfmpegMp3Encoder implements Mp3Encoder {
  readonly #program: string;
  readonly #timeoutMs: number;

  constructor(settings: { program: string; timeoutMs?: number }) {
    this.#program = settings.program;
    this.#timeoutMs = settings.timeoutMs ?? 600_000;
  }

  encode(wavPath: string, mp3Path: string): Promise<void> {
    const options = ['-nostdin', '-hide_banner', '-loglevel', 'error', '-y', '-threads', '1'];
    // Joint stereo would let one party's voice into the other's channel.
    const codec = [
      '-codec:a',
      'libmp3lame',
      '-q:a',
      '6',
      '-joint_stereo',
      '0',
      '-map_metadata',
      '-1',
      '-fflags',
      '+bitexact',
    ];
    return new Promise((resolve, reject) => {
      const child = spawn(
        this.#program,
        [...options, '-i', `file:${wavPath}`, ...codec, '-f', 'mp3', `file:${mp3Path}`],
        {
          stdio: ['ignore', 'ignore', 'pipe'],
          timeout: this.#timeoutMs,
          killSignal: 'SIGKILL',
        },
      );
      let complaint = '';
      child.stderr.on('data', (chunk: Buffer) => {
        if (complaint.length < keptComplaint) complaint += chunk.toString('utf8');
      });
      child.once('error', (error) => reject(new Mp3EncodingError(error.message)));
      child.once('close', (code, signal) => {
        if (code === 0) resolve();
        else reject(new Mp3EncodingError(complaint.trim() || `it ended with ${code ?? signal}`));
      });
    });
  }
}

/** Whether that program is there and runs. */
export function ffmpegRuns(program: string): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(program, ['-hide_banner', '-version'], { stdio: 'ignore' });
    child.once('error', () => resolve(false));
    child.once('close', (code) => resolve(code === 0));
  });
}
