import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import type { ObjectStore } from './object-store.js';

/** The same sentences for every object store. */
export function objectStoreContract(name: string, make: () => Promise<ObjectStore>): void {
  describe(`object store contract: ${name}`, () => {
    it('gives back what was put', async () => {
      const store = await make();
      await store.put('a/b/c.wav', Buffer.from('hello'), 'audio/wav');
      expect(String(await buffer(await store.open('a/b/c.wav')))).toBe('hello');
      expect(await store.size('a/b/c.wav')).toBe(5);
    });

    it('stores a local file and leaves it where it is', async () => {
      const store = await make();
      const folder = await mkdtemp(join(tmpdir(), 'objects-'));
      const path = join(folder, 'x');
      await writeFile(path, 'from a file');
      await store.putFile('x.mp3', path, 'audio/mpeg');
      await store.putFile('y.mp3', path, 'audio/mpeg');
      expect(String(await buffer(await store.open('y.mp3')))).toBe('from a file');
      await rm(folder, { recursive: true });
    });

    it('opens a range, both ends included', async () => {
      const store = await make();
      await store.put('a', Buffer.from('0123456789'), 'text/plain');
      expect(String(await buffer(await store.open('a', { start: 2, end: 4 })))).toBe('234');
      expect(String(await buffer(await store.open('a', { start: 9, end: 9 })))).toBe('9');
    });

    it('replaces an object, and lets a reader of the old one read on', async () => {
      const store = await make();
      await store.put('a', Buffer.from('old'), 'text/plain');
      const reader = await store.open('a');
      await store.put('a', Buffer.from('newer'), 'text/plain');
      expect(String(await buffer(reader))).toBe('old');
      expect(String(await buffer(await store.open('a')))).toBe('newer');
    });

    it('knows no object that is not there, or was removed', async () => {
      const store = await make();
      await store.put('a', Buffer.from('x'), 'text/plain');
      await store.remove('a');
      await store.remove('a');
      expect(await store.size('a')).toBeUndefined();
      await expect(store.open('a')).rejects.toMatchObject({ code: 'object-not-found' });
    });

    it('keeps an empty object', async () => {
      const store = await make();
      await store.put('empty', Buffer.alloc(0), 'text/plain');
      expect([await store.size('empty'), (await buffer(await store.open('empty'))).length]).toEqual([0, 0]);
    });

    it.each([
      '',
      '/',
      '/etc/passwd',
      '../a',
      'a/../b',
      'a//b',
      'a/',
      '.a',
      'a/.b',
      'a b',
      'a\0b',
      'ä',
      'x'.repeat(129),
    ])('refuses the key %j', async (key) => {
      const store = await make();
      await expect(store.put(key, Buffer.from('x'), 'text/plain')).rejects.toMatchObject({
        code: 'invalid-object-key',
      });
      await expect(store.open(key)).rejects.toMatchObject({ code: 'invalid-object-key' });
      await expect(store.remove(key)).rejects.toMatchObject({ code: 'invalid-object-key' });
    });
  });
}
