import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Settings } from '@hookswitch/api/config/settings';

/**
 * The keys that seal stored secrets, the current one first. Where `ENCRYPTION_KEY` is left away, one is made once and kept in the data folder: good for one machine; several machines
 * must share one by the setting.
 */
export function encryptionKeys(
  settings: Pick<Settings, 'encryptionKey' | 'previousEncryptionKeys'>,
  dataFolder: string,
): [Buffer, ...Buffer[]] {
  return [settings.encryptionKey ?? keptKey(dataFolder), ...settings.previousEncryptionKeys];
}

function keptKey(dataFolder: string): Buffer {
  const file = join(dataFolder, 'encryption.key');
  if (!existsSync(file)) {
    mkdirSync(dataFolder, { recursive: true, mode: 0o700 });
    try {
      writeFileSync(file, randomBytes(32).toString('base64'), { mode: 0o600, flag: 'wx' });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
  return Buffer.from(readFileSync(file, 'utf8').trim(), 'base64');
}
