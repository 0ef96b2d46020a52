import { expect } from 'vitest';
import type { SeveralNodes } from '../several-nodes.js';
import type { CdrView, World } from '../world.js';
import { Traffic } from './traffic.js';

/** Restarts each node in turn while calls keep arriving: none fails, none is cut, each has its one CDR. @param targets as of `Traffic` */
export async function restartEachInTurn(
  world: World,
  cluster: SeveralNodes,
  targets: () => readonly { readonly host: string; readonly port: number }[],
): Promise<void> {
  const line = await world.line([{ verb: 'play', url: '/music.wav', loop: 0 }]);
  const traffic = new Traffic(world, line, targets);
  const running = traffic.run();
  for (const nodeId of cluster.ids) {
    await cluster.is(nodeId, ({ calls }) => calls > 0);
    const before = (await cluster.list()).find(({ id }) => id === nodeId)!;
    expect((await cluster.drain(nodeId, { stop: true })).status).toBe(200);
    expect(await cluster.node(nodeId).ended).toBe(0);
    await cluster.startAgain(nodeId);
    await cluster.is(
      nodeId,
      ({ state, startedAt, calls }) => state === 'active' && startedAt > before.startedAt && calls > 0,
    );
  }
  traffic.stop();
  await running;
  expect(traffic.failures).toEqual([]);
  expect(traffic.placed.length).toBeGreaterThan(5);
  expect(traffic.inbound).toBeGreaterThan(5);
  const total = traffic.placed.length + traffic.inbound;
  const cdrs = await world.eventually('each call to have its CDR', async () => {
    const all = world.sink.events
      .filter(({ type }) => type === 'cdr.created')
      .map(({ data }) => data as unknown as CdrView)
      .filter(({ callId, to }) => to === line.number || traffic.placed.includes(callId));
    return all.length >= total ? all : undefined;
  });
  expect(new Set(cdrs.map(({ callId }) => callId)).size).toBe(cdrs.length);
  expect(cdrs.filter(({ status, termination }) => status !== 'completed' || termination.by !== 'remote')).toEqual([]);
  for (const nodeId of cluster.ids) await cluster.is(nodeId, ({ calls }) => calls === 0);
}
