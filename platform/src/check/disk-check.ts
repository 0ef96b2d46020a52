import { bad, type CheckResult, good, lacking } from './check.js';

export interface DiskFacts {
  readonly folder: string;
  readonly freeBytes: number;
  readonly whyNotWritable: string | undefined;
}

const gigabyte = 1e9;

/** Whether recordings and databases have room. An hour of a dual-channel recording takes 115 MB until it is an MP3. */
export function checkDisk({ folder, freeBytes, whyNotWritable }: DiskFacts): CheckResult {
  const name = 'disk';
  const free = `${(freeBytes / gigabyte).toFixed(1)} GB are free for ${folder}`;
  if (whyNotWritable !== undefined) {
    return bad(
      name,
      `Nothing can be written to ${folder}: ${whyNotWritable}.`,
      'Give this user the folder, or set DATA_FOLDER to another.',
    );
  }
  if (freeBytes < 0.2 * gigabyte) {
    return bad(name, `Only ${free}.`, 'Make room, or set DATA_FOLDER to a larger disk.');
  }
  return freeBytes < 2 * gigabyte
    ? lacking(
        name,
        `Only ${free}: about ${Math.floor(freeBytes / 115e6)} hours of recording.`,
        'Make room before real calls come.',
      )
    : good(name, `${free}.`);
}
