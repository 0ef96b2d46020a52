import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { TcpGate } from '../../peers/tcp-gate.js';
import { BadDay } from '../bad-day.js';
import { SeveralNodes } from '../several-nodes.js';
import { type CallView, dataServers, ourNumber, useWorld, type World } from '../world.js';

const options = { name: 'stores_away', redisDatabase: 104 } as const;
let mongo: TcpGate;
let cluster: SeveralNodes;

const on = useWorld(options, async () => {
  const { MONGODB_URI } = dataServers(options);
  const mongoBehind = await TcpGate.beforeUrl(MONGODB_URI!);
  mongo = mongoBehind.gate;
  cluster = new SeveralNodes({
    ...options,
    settings: { MONGODB_URI: `${mongoBehind.url}?directConnection=true` },
  });
  return cluster.start();
});
afterAll(async () => {
  await mongo?.close();
});

const music = [{ verb: 'play', url: '/music.wav', loop: 0 }];

/** A caller at that node who hears music, and the call's id. */
async function listening(world: World, nodeId: string) {
  const line = await world.line(music);
  const call = await (await world.phone({ server: cluster.sip(nodeId) })).dial(line.number);
  await call.media.hears('music');
  return { call, callId: await world.callId(line.path) };
}

describe('stores that are away', () => {
  it('MongoDB for 30 s: calls go on, what ended meanwhile has its one CDR afterwards, events come in order, new calls are refused or whole', {
    timeout: 240_000,
  }, async () => {
    const { world } = on;
    const day = await BadDay.begin(world);
    const stays = await listening(world, 'media-1');
    const ends = await listening(world, 'media-2');
    mongo.cut();
    const cutAt = Date.now();
    await ends.call.bye();
    const accepted: string[] = [];
    const refused: number[] = [];
    while (Date.now() - cutAt < 30_000) {
      const script = [{ verb: 'hangup' }];
      const request = { to: world.newNumber('a'), from: ourNumber, script, ringTimeoutSeconds: 5 };
      const answer = await Promise.race([
        world.api.request<CallView>('POST', '/v1/calls', request).catch(() => undefined),
        sleep(8_000).then(() => undefined),
      ]);
      if (answer?.status === 201) accepted.push(answer.body.id);
      else refused.push(answer?.status ?? 0);
      await stays.call.media.hears('music');
      await sleep(1_000);
    }
    mongo.open();
    expect(accepted).toEqual([]);
    expect(refused.filter((status) => status !== 0 && status < 500)).toEqual([]);
    expect((await world.cdr(ends.callId)).status).toBe('completed');
    await stays.call.media.hears('music');
    await stays.call.bye();
    expect((await world.cdr(stays.callId)).termination.by).toBe('remote');
    // What was refused may have been placed all the same, late: then it is a call like any other.
    for (const nodeId of cluster.ids) await cluster.is(nodeId, ({ calls }) => calls === 0);
    for (const nodeId of cluster.ids) {
      const { call, callId } = await listening(world, nodeId);
      await call.bye();
      await world.cdr(callId);
    }
    for (const nodeId of cluster.ids) await cluster.is(nodeId, ({ calls }) => calls === 0);
    await day.over();
  });
});
