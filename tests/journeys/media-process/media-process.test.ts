import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { dataServers, useWorld } from '../world.js';
import { OwnSound } from './own-sound.js';

const sound = new OwnSound({ name: 'media_process', redisDatabase: 125, settings: { DRAIN_SECONDS: '20' } });
const use = useWorld({ name: 'media_process', redisDatabase: 125 }, () => sound.start());
afterAll(() => sound.stop());

/** A call that hears a prompt again and again. */
async function talking() {
  const { world } = use;
  const line = await world.line([{ verb: 'answer' }, { verb: 'play', url: world.backend.url('/prompt.wav'), loop: 0 }]);
  const call = await world.call(line);
  await call.answered();
  await call.media.hears('prompt');
  return { call, callId: await world.callId(line.path) };
}

describe('a node whose sound is in a process of its own', () => {
  it('has its calls there, and nothing is open after them', async () => {
    const { world } = use;
    expect((await stat(join(sound.dataFolder, 'media.sock'))).mode & 0o777).toBe(0o600);
    const { call, callId } = await talking();
    expect(await sound.open('legs')).toBe(1);
    await call.bye();
    expect((await world.cdr(callId)).status).toBe('completed');
    await world.eventually('all ports to be closed', async () =>
      (await sound.open('ports')) === 0 ? true : undefined,
    );
    expect(await sound.open('orphans')).toBe(0);
  });

  it('ends its calls where that process is killed, is not ready, refuses new ones, and takes them once it is back', async () => {
    const { world } = use;
    const { call, callId } = await talking();
    const ended = call.ended;
    await sound.media.kill();
    expect(await ended).toMatchObject({ by: 'them', how: 'BYE' });
    const cdr = await world.cdr(callId);
    expect(cdr.termination).toMatchObject({ by: 'system', reason: 'media-lost' });
    const { status, parts } = await sound.readyz();
    expect([status, parts.mediaPlane]).toEqual([503, expect.stringContaining('cannot be used')]);
    expect((await fetch(`${world.platform.httpUrl}/healthz`)).status).toBe(200);

    const line = await world.line([{ verb: 'answer' }, { verb: 'pause', length: 60 }]);
    const refused = await world.call(line);
    expect(await refused.ended).toEqual({ by: 'them', how: '503' });

    await sound.startMedia();
    await world.eventually('it to be ready', async () => ((await sound.readyz()).status === 200 ? true : undefined));
    await (await talking()).call.bye();
  });

  it('keeps a call while that process is told to stop, which waits for it and opens no other', async () => {
    const { world } = use;
    const { call } = await talking();
    const stopped = sound.media.stop();
    await world.eventually('it to say that it stops', async () =>
      (await sound.readyz()).parts.mediaPlane?.includes('being stopped') ? true : undefined,
    );
    const line = await world.line([{ verb: 'answer' }, { verb: 'pause', length: 60 }]);
    expect(await (await world.call(line)).ended).toEqual({ by: 'them', how: '503' });
    await call.media.hears('prompt');
    await call.bye();
    expect(await stopped).toBe(0);
    await sound.startMedia();
    await world.eventually('it to be ready', async () => ((await sound.readyz()).status === 200 ? true : undefined));
  });

  it('keeps it where another process with its NODE_ID is started by mistake', async () => {
    const { call } = await talking();
    await expect(sound.startNode()).rejects.toThrow(/Another process with the NODE_ID media-1 is up/);
    await call.media.hears('prompt');
    await call.bye();
  });

  it('ends itself where another process with its NODE_ID, which knows nothing of it, takes that process', async () => {
    const { world } = use;
    const first = world.platform;
    const elsewhere = dataServers({ name: 'media_process_twice', redisDatabase: 126 });
    world.replace(first, await sound.startNode(elsewhere));
    expect(await first.ended).toBe(1);
    expect(first.output.some((line) => line.includes('another process with this NODE_ID'))).toBe(true);
  });
});
