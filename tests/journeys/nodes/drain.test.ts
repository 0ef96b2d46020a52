import { describe, expect, it } from 'vitest';
import type { ToneCall } from '../../peers/tone-phone/tone-call.js';
import { SeveralNodes } from '../several-nodes.js';
import { type CallView, ourNumber, useWorld } from '../world.js';

const options = { name: 'drain', redisDatabase: 100, nodes: 2, settings: { MAX_CALLS: '3' } } as const;
const cluster = new SeveralNodes(options);
const on = useWorld(options, () => cluster.start());

interface PlacedCall extends CallView {
  readonly to: string;
}

/** Calls a number by API; the carrier's phone that it reaches, once it is answered and hears the script's music. */
async function callOut() {
  const { world } = on;
  const to = world.newNumber('a');
  const script = [{ verb: 'play', url: world.backend.url('/music.wav'), loop: 0 }];
  const placed = await world.api.post<PlacedCall>('/v1/calls', { to, from: ourNumber, script });
  const phone = await world.carried('a', to);
  await phone.answer();
  await phone.media.hears('music');
  return { id: placed.id, phone };
}

/** A call into that node, which hears music. */
async function callIn(nodeId: string) {
  const { world } = on;
  const line = await world.line([{ verb: 'play', url: '/music.wav', loop: 0 }]);
  const phone = await world.phone({ server: cluster.sip(nodeId) });
  const call = await phone.dial(line.number);
  await call.answered();
  await call.media.hears('music');
  return { call, callId: await world.callId(line.path) };
}

/** Resolves once the nodes carry so many calls. */
function counts(wanted: Record<string, number>): Promise<unknown> {
  let seen = '';
  return on.world
    .eventually(`calls to be ${JSON.stringify(wanted)}`, async () => {
      seen = JSON.stringify(Object.fromEntries((await cluster.list()).map(({ id, calls }) => [id, calls])));
      return seen === JSON.stringify(wanted) ? seen : undefined;
    })
    .catch((error: Error) => {
      throw new Error(`${error.message}; they are ${seen}`);
    });
}

describe('two media nodes', () => {
  it('are listed with state, load, version and since when, and share calls asked for by API until both are full', async () => {
    const nodes = await cluster.list();
    expect(nodes).toMatchObject([
      { id: 'media-1', state: 'active', calls: 0, maxCalls: 3, load: 0, version: '0.1.0', drain: null },
      { id: 'media-2', state: 'active', calls: 0 },
    ]);
    for (const { id, sip, startedAt } of nodes) {
      expect(sip).toEqual([`udp:127.0.0.1:${cluster.sip(id).port}`]);
      expect(Date.parse(startedAt)).toBeLessThan(Date.now());
    }
    const calls: Awaited<ReturnType<typeof callOut>>[] = [];
    while (calls.length < 6) calls.push(await callOut());
    await counts({ 'media-1': 3, 'media-2': 3 });
    const oneMore = { to: on.world.newNumber('a'), from: ourNumber, script: [{ verb: 'hangup' }] };
    const refused = await on.world.api.request('POST', '/v1/calls', oneMore);
    expect([refused.status, refused.body.code]).toEqual([429, 'node-calls-limit']);
    for (const { phone } of calls) await phone.bye();
    for (const { id } of calls) expect((await on.world.cdr(id)).status).toBe('completed');
    await counts({ 'media-1': 0, 'media-2': 0 });
  });

  it('one that is drained keeps its calls, takes no new ones, says how many are left, and takes calls again', async () => {
    const { world } = on;
    const stays = await callIn('media-1');
    await counts({ 'media-1': 1, 'media-2': 0 });
    const { status, body } = await cluster.drain('media-1');
    expect([status, body.state, body.calls]).toEqual([200, 'draining', 1]);

    const line = await world.line([{ verb: 'answer' }]);
    const refused = await (await world.phone({ server: cluster.sip('media-1') })).dial(line.number);
    expect(await refused.ended).toEqual({ by: 'them', how: '503' });
    expect(refused.received.all.find((message) => message.status === 503)?.headers).toContainEqual([
      'Retry-After',
      '5',
    ]);

    const moved: ToneCall[] = [];
    for (let count = 0; count < 3; count += 1) moved.push((await callOut()).phone);
    await counts({ 'media-1': 1, 'media-2': 3 });

    await stays.call.media.hears('music');
    const next = world.script([
      { verb: 'dial', targets: [{ type: 'number', number: world.newNumber('b') }], callerId: ourNumber },
    ]);
    const child = world.carriers.b.nextCall();
    await world.api.patch(`/v1/calls/${stays.callId}`, { scriptUrl: world.backend.url(next) });
    const party = await child;
    await party.answer();
    await stays.call.media.hears('agent');
    expect((await cluster.is('media-1', ({ calls }) => calls === 2)).state).toBe('draining');

    await stays.call.bye();
    await cluster.is('media-1', ({ state }) => state === 'drained');
    for (const phone of moved) await phone.bye();
    expect((await cluster.undrain('media-1')).body.state).toBe('active');
    await (await callIn('media-1')).call.bye();
    await counts({ 'media-1': 0, 'media-2': 0 });
  });

  it('one whose drain has a limit ends the calls left then, each with the reason shutdown', async () => {
    const { call, callId } = await callIn('media-2');
    const { body } = await cluster.drain('media-2', { timeLimitSeconds: 1 });
    expect(Date.parse(body.drain!.endsCallsAt!) - Date.parse(body.drain!.since)).toBe(1000);
    expect(await call.ended).toEqual({ by: 'them', how: 'BYE' });
    expect((await on.world.cdr(callId)).termination).toMatchObject({ by: 'system', reason: 'shutdown' });
    await cluster.is('media-2', ({ state }) => state === 'drained');
    await cluster.undrain('media-2');
  });

  it('no call is placed while both are drained: 503 with Retry-After', async () => {
    for (const nodeId of cluster.ids) await cluster.drain(nodeId);
    await on.world.eventually('the API to know', async () => {
      const script = [{ verb: 'hangup' }];
      const request = { to: on.world.newNumber('a'), from: ourNumber, script };
      const answer = await on.world.api.request('POST', '/v1/calls', request);
      expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5']);
      return answer.body.code === 'no-media-node' ? answer : undefined;
    });
    for (const nodeId of cluster.ids) await cluster.undrain(nodeId);
  });

  it('one that is drained to stop ends by itself once its last call has ended, and can be started again', async () => {
    const { call } = await callIn('media-1');
    await cluster.drain('media-1', { stop: true });
    await call.media.hears('music');
    await call.bye();
    expect(await cluster.node('media-1').ended).toBe(0);
    await on.world.eventually('the node to be gone', async () =>
      (await cluster.list()).length === 1 ? true : undefined,
    );
    await cluster.startAgain('media-1');
    await cluster.is('media-1', ({ state }) => state === 'active');
  });
});
