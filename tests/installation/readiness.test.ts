import { once } from 'node:events';
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../peers/eventually.js';
import { PlatformProcess } from './platform-process.js';

describe('/readyz of a running platform', () => {
  let platform: PlatformProcess;
  beforeAll(async () => {
    platform = await PlatformProcess.start({ settings: { FFMPEG_PATH: '/nowhere/ffmpeg' } });
  });
  afterAll(() => platform?.stop());

  const ready = async () => {
    const response = await fetch(`${platform.httpUrl}/readyz`);
    return { status: response.status, body: (await response.json()) as Record<string, Record<string, string>> };
  };

  it('names every part, and warns of a program that is missing', async () => {
    const { status, body } = await ready();
    expect(status).toBe(200);
    expect(body.parts).toEqual({ mongodb: 'ok', redis: 'ok', objects: 'ok', disk: 'ok', callEngine: 'ok' });
    expect(body.warnings!.ffmpeg).toMatch(/ffmpeg does not run/);
  });

  it('says no while objects cannot be kept, and yes again after', async () => {
    const folder = join(platform.dataFolder, 'objects');
    renameSync(folder, `${folder}.away`);
    writeFileSync(folder, 'no folder');
    const until = (wanted: number) =>
      eventually(`${wanted} of /readyz`, async () => {
        const { status, body } = await ready();
        return status === wanted ? body : undefined;
      });
    const { parts } = await until(503);
    expect(parts).toMatchObject({ mongodb: 'ok', redis: 'ok', callEngine: 'ok' });
    expect(parts!.objects).toMatch(/^Nothing can be written to the folder of objects/);
    rmSync(folder);
    renameSync(`${folder}.away`, folder);
    expect((await until(200)).parts!.objects).toBe('ok');
  });
});

it('/readyz on a port of its own says yes once the API listens, and no sooner', async () => {
  const [probes, http] = await Promise.all([freeTcpPort(), freeTcpPort()]);
  const starting = PlatformProcess.start({
    settings: { ROLES: 'http', PROBES_PORT: `${probes}`, HTTP_PORT: `${http}` },
  });
  const said: number[] = [];
  const giveUpAt = Date.now() + 60_000;
  while (said.at(-1) !== 200 && Date.now() < giveUpAt) {
    const status = await statusOf(`http://127.0.0.1:${probes}/readyz`);
    if (status === undefined) await new Promise((resolve) => setTimeout(resolve, 5));
    else said.push(status);
  }
  const api = await statusOf(`http://127.0.0.1:${http}/healthz`);
  await (await starting).stop();
  expect([said.at(-1), api]).toEqual([200, 200]);
});

/** Undefined where nobody listens. */
function statusOf(url: string): Promise<number | undefined> {
  return fetch(url).then(
    ({ status }) => status,
    () => undefined,
  );
}

async function freeTcpPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
