import { mkdir, rm, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bad, type CheckResult, good } from '../check/check.js';
import { checkDisk } from '../check/disk-check.js';

/** Whether a file can be made in this folder, by making one. */
export async function checkFolder(name: string, folder: string): Promise<CheckResult> {
  const file = join(folder, `.ready-${process.pid}`);
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await writeFile(file, 'x');
    await rm(file);
    return good(name, `${folder} can be written.`);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    return bad(name, `Nothing can be written to the folder of ${name}: ${code}.`, 'See to DATA_FOLDER.');
  }
}

/** Whether the disk of this folder has room. */
export async function checkRoom(folder: string): Promise<CheckResult> {
  const { bavail, bsize } = await statfs(folder);
  return checkDisk({ folder: 'the data folder', freeBytes: bavail * bsize, whyNotWritable: undefined });
}
