import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ListenError } from '../port/engine-errors.js';
import { connectUnixSocket, listenOnUnixSocket } from './unix-socket.js';

const deaf = () => ({ bytes: () => undefined, closed: () => undefined });

describe('a Unix socket', () => {
  let folder: string;
  let path: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'unix-socket-'));
    path = join(folder, 'x.sock');
  });

  afterEach(() => rm(folder, { recursive: true }));

  it('may be opened by its owner alone, and is gone when its server closes', async () => {
    const before = process.umask(0);
    try {
      const server = await listenOnUnixSocket(path, deaf);
      expect((await stat(path)).mode & 0o777).toBe(0o600);
      await server.close();
      await expect(stat(path)).rejects.toThrow('ENOENT');
    } finally {
      process.umask(before);
    }
  });

  it('takes the place of one that a killed process left', async () => {
    const script = `require('node:net').createServer().listen(${JSON.stringify(path)}, () => console.log('up'))`;
    const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(child.stdout, 'data');
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
    expect((await stat(path)).isSocket()).toBe(true);
    const server = await listenOnUnixSocket(path, deaf);
    const socket = connect(path);
    await once(socket, 'connect');
    socket.destroy();
    await server.close();
  });

  it('is not taken from a process that listens', async () => {
    const server = await listenOnUnixSocket(path, deaf);
    await expect(listenOnUnixSocket(path, deaf)).rejects.toThrow(/another process listens/);
    await server.close();
  });

  it('removes no file that is something else, and follows no link', async () => {
    await writeFile(path, 'precious');
    await expect(listenOnUnixSocket(path, deaf)).rejects.toThrow(/no socket/);
    const link = join(folder, 'link');
    await symlink(path, link);
    await expect(listenOnUnixSocket(link, deaf)).rejects.toThrow(/no socket/);
    expect((await stat(path)).size).toBe(8);
  });

  it.each([
    ['too long', (inside: string) => join(inside, 'x'.repeat(120))],
    ['in no folder', (inside: string) => join(inside, 'no', 'x.sock')],
  ])('whose path is %s cannot be had', async (_, at) => {
    await expect(listenOnUnixSocket(at(folder), deaf)).rejects.toThrow(ListenError);
  });

  it('tells once why a connection is closed, also where there never was one', async () => {
    const why = await new Promise((resolve) => {
      connectUnixSocket(path, { bytes: () => undefined, closed: resolve });
    });
    expect(why).toBe('ENOENT');
  });

  it('lets what was said last still leave', async () => {
    const server = await listenOnUnixSocket(path, (connection) => {
      connection.send(Buffer.from('last word'));
      connection.close('done', { atOnce: false });
      return deaf();
    });
    let heard = '';
    await new Promise((resolve) => {
      connectUnixSocket(path, { bytes: (bytes) => (heard += bytes.toString()), closed: resolve });
    });
    expect(heard).toBe('last word');
    await server.close();
  });
});
