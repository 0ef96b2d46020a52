import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { FileObjectStore } from './file-object-store.js';
import { objectStoreContract } from './object-store-contract.fixture.js';

const folders: string[] = [];
async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'object-store-'));
  folders.push(folder);
  return folder;
}
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true });
});

objectStoreContract('files', async () => new FileObjectStore(await newFolder()));

describe('the file object store', () => {
  it('leaves nothing behind when an object cannot be written', async () => {
    const folder = await newFolder();
    const store = new FileObjectStore(folder);
    await expect(store.putFile('a', join(folder, 'not-there'))).rejects.toMatchObject({ code: 'ENOENT' });
    expect(await readdir(folder)).toEqual([]);
  });

  it('keeps objects for the next process', async () => {
    const folder = await newFolder();
    await new FileObjectStore(folder).put('a/b', Buffer.from('x'));
    expect(await new FileObjectStore(folder).size('a/b')).toBe(1);
  });
});
