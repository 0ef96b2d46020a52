import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { MongodFetchError } from './data-server-errors.js';
import { fetchedMongod, fetchMongod } from './fetch-mongod.js';
import { freePort } from './free-port.js';

const dataFolder = join(tmpdir(), 'hookswitch-nothing-fetched');

describe('fetchMongod', () => {
  it('says so at once where nobody listens', async () => {
    const mirror = `http://127.0.0.1:${await freePort()}`;
    const failure = await fetchMongod(dataFolder, { mirror }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(MongodFetchError);
    expect((failure as Error).message).toContain(`${mirror} does not answer: ECONNREFUSED`);
  });

  it('gives up on a server that accepts and says nothing', async () => {
    const silent = createServer();
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as { port: number };
    try {
      const mirror = `http://127.0.0.1:${port}`;
      const failure = await fetchMongod(dataFolder, { mirror, answerTimeoutMs: 50 }).catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(MongodFetchError);
      expect((failure as Error).message).toContain('does not answer: TimeoutError');
    } finally {
      silent.close();
    }
  });

  it('finds nothing where nothing was fetched', () => {
    expect(fetchedMongod(dataFolder)).toBeUndefined();
  });
});
