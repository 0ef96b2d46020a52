import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { KamailioEdge } from '../../peers/kamailio-edge.js';
import { Caller } from '../../peers/sip-probes/caller.js';
import { headersOf } from '../../peers/tone-phone/sip-text.js';
import type { ToneCall } from '../../peers/tone-phone/tone-call.js';
import type { TonePhone } from '../../peers/tone-phone/tone-phone.js';
import { BadDay } from '../bad-day.js';
import { SeveralNodes } from '../several-nodes.js';
import { useWorld } from '../world.js';

const edge = await KamailioEdge.reserve();
const options = {
  name: 'edge',
  redisDatabase: 111,
  nodes: 2,
  settings: {
    ...edge.nodeSettings,
    PROBES_PORT: '0',
  },
} as const;
const cluster = new SeveralNodes(options);
const server = { host: '127.0.0.1', port: edge.port };

beforeAll(() => edge.start());
const on = useWorld(options, () => cluster.start());
afterAll(() => edge.stop());

const viaEdge = (call: ToneCall) => headersOf(call.invitation, 'Via')[0]?.includes(`127.0.0.1:${edge.port}`) ?? false;

/** A call in through the edge that is put through to a carrier, out through the edge; both are heard. */
async function putThrough() {
  const { world } = on;
  const number = world.newNumber('a');
  const line = await world.line([{ verb: 'dial', targets: [{ type: 'number', number }] }]);
  const phone = await world.phone({ server });
  const caller = await phone.dial(line.number);
  const callee = await world.carried('a', number);
  await callee.answer();
  await Promise.all([caller.media.hears('callee'), callee.media.hears('caller')]);
  return { caller, callee, callId: await world.callId(line.path) };
}

/** A call in through the edge that hears music. */
async function listening(): Promise<{ phone: TonePhone; call: ToneCall; callId: string }> {
  const { world } = on;
  const line = await world.line([{ verb: 'play', url: '/music.wav', loop: 0 }]);
  const phone = await world.phone({ server });
  const call = await phone.dial(line.number);
  await call.answered();
  await call.media.hears('music');
  return { phone, call, callId: await world.callId(line.path) };
}

/** Calls each node carries. */
async function counts(): Promise<Record<string, number>> {
  return Object.fromEntries((await cluster.list()).map(({ id, calls }) => [id, calls]));
}

function carries(wanted: (counts: Record<string, number>) => boolean) {
  return on.world.eventually('the nodes to carry that', async () => {
    const seen = await counts();
    return wanted(seen) ? seen : undefined;
  });
}

/** The node that has the one call there is. */
async function ownerOfTheOnlyCall(): Promise<string> {
  const seen = await carries((each) => Object.values(each).sort().join() === '0,1');
  return Object.keys(seen).find((id) => seen[id] === 1)!;
}

/** Resolves once the edge gives nothing new to the node. */
const edgeHasOut = (nodeId: string) => edgeSays(nodeId, 'D');
/** Resolves once the edge gives the node new calls. */
const edgeHasIn = (nodeId: string) => edgeSays(nodeId, 'A');

function edgeSays(nodeId: string, flag: 'A' | 'D') {
  const { port } = cluster.sip(nodeId);
  return on.world.eventually(`the edge to see ${nodeId} as ${flag}`, async () => {
    const list = JSON.stringify(await edge.command('dispatcher.list'));
    const [, flags] = new RegExp(`127\\.0\\.0\\.1:${port};[^}]*"FLAGS":"(\\w+)"`).exec(list) ?? [];
    return flags?.startsWith(flag) || undefined;
  });
}

/** Held and taken back. An offer that overtook the ACK before it is made again, as RFC 3261 14.1 says: Kamailio's workers keep no order over UDP. */
async function heldAndBack(call: ToneCall): Promise<void> {
  for (const offer of [() => call.hold(), () => call.resume()]) {
    const status = await on.world.eventually('an offer to be taken', async () => {
      const answer = await offer();
      return answer.status === 491 ? undefined : answer.status;
    });
    expect(status).toBe(200);
  }
}

async function registered(): Promise<{ phone: TonePhone; username: string }> {
  const username = `desk-${on.world.newNumber().slice(-5)}`;
  const { password } = await on.world.api.post<{ password: string }>('/v1/endpoints', { username });
  const phone = await on.world.phone({ user: username, password, party: 'supervisor', server });
  expect((await phone.register()).status).toBe(200);
  return { phone, username };
}

/** A caller is connected with that endpoint; both are heard. */
async function ring({ phone, username }: { phone: TonePhone; username: string }): Promise<void> {
  const line = await on.world.line([{ verb: 'dial', targets: [{ type: 'endpoint', endpoint: username }] }]);
  const caller = await (await on.world.phone({ server })).dial(line.number);
  const callee = await phone.nextCall();
  expect(viaEdge(callee)).toBe(true);
  await callee.answer();
  await Promise.all([caller.media.hears('supervisor'), callee.media.hears('caller')]);
  expect((await callee.bye()).status).toBe(200);
  await caller.ended;
}

describe('two media nodes behind one Kamailio', () => {
  it('a call in and out through it: both are heard, held and taken back from either side, and ended by either', async () => {
    for (const who of ['caller', 'callee'] as const) {
      const call = await putThrough();
      expect(viaEdge(call.callee)).toBe(true);
      for (const side of [call.caller, call.callee]) await heldAndBack(side);
      await Promise.all([call.caller.media.hears('callee'), call.callee.media.hears('caller')]);
      expect((await call[who].bye()).status).toBe(200);
      await (who === 'caller' ? call.callee : call.caller).ended;
      expect((await on.world.cdr(call.callId)).status).toBe('completed');
    }
  });

  it('a phone that registered through it is rung through it, from whichever node', async () => {
    const desk = await registered();
    for (let n = 0; n < 4; n += 1) await ring(desk);
  });

  it('shares calls out, and what belongs to a call reaches the node that has it', async () => {
    const calls: ToneCall[] = [];
    await on.world.eventually('both nodes to have calls', async () => {
      calls.push((await listening()).call);
      const seen = await counts();
      return Object.values(seen).filter((count) => count > 0).length === 2 ? seen : undefined;
    });
    for (const call of calls) {
      await heldAndBack(call);
      await call.media.hears('music');
      expect((await call.bye()).status).toBe(200);
    }
    await carries((seen) => Object.values(seen).every((count) => count === 0));
  });

  it('gives nothing new to a node that drains, and leaves its calls alone', async () => {
    const before = await listening();
    const owner = await ownerOfTheOnlyCall();
    expect((await cluster.drain(owner)).status).toBe(200);
    await edgeHasOut(owner);
    const during = [await listening(), await listening(), await listening(), await listening()];
    expect((await counts())[owner]).toBe(1);
    await heldAndBack(before.call);
    for (const { call } of [before, ...during]) expect((await call.bye()).status).toBe(200);
    expect((await cluster.undrain(owner)).status).toBe(200);
    await carries((seen) => Object.values(seen).every((count) => count === 0));
  });

  it('refuses no call while the edge does not know yet which node takes calls again, and which is drained', async () => {
    const [one, other] = cluster.ids as [string, string];
    for (const [next, out] of [
      [one, other],
      [other, one],
    ] as const) {
      expect((await cluster.drain(next)).status).toBe(200);
      await edgeHasOut(next);
      // All that the edge knows of is `out`, which is drained now.
      expect((await cluster.undrain(next)).status).toBe(200);
      expect((await cluster.drain(out)).status).toBe(200);
      const { call } = await listening();
      expect((await call.bye()).status).toBe(200);
      await edgeHasOut(out);
      expect((await cluster.undrain(out)).status).toBe(200);
      await edgeHasIn(out);
    }
  });

  it('is restarted with calls up: they live on, and nobody has to register again', async () => {
    const desk = await registered();
    const calls = [await putThrough(), await putThrough(), await putThrough()];
    await edge.halt();
    await edge.start();
    const { call } = await listening();
    await ring(desk);
    for (const { caller, callee } of calls) {
      await Promise.all([caller.media.hears('callee'), callee.media.hears('caller')]);
      await heldAndBack(caller);
      expect((await callee.bye()).status).toBe(200);
      await caller.ended;
    }
    expect((await call.bye()).status).toBe(200);
  });

  it('is restarted while calls are set up: every one of them comes about', async () => {
    const day = await BadDay.begin(on.world);
    const line = await on.world.line([{ verb: 'play', url: '/music.wav', loop: 0 }]);
    const dialling = (async () => {
      const calls: ToneCall[] = [];
      for (let n = 0; n < 20; n += 1) {
        const phone = await on.world.phone({ server });
        calls.push(await phone.dial(line.number));
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      return calls;
    })();
    await edge.halt();
    await edge.start();
    for (const call of await dialling) {
      await call.answered();
      expect((await call.bye()).status).toBe(200);
    }
    await day.over();
  });

  it('bans a stranger who floods, while a trunk is served, and counts the ban', async () => {
    await Caller.flood('127.0.0.9', edge.port);
    expect(await Caller.call('127.0.0.9', edge.port)).toBeUndefined();
    const { call } = await listening();
    expect((await call.bye()).status).toBe(200);
    const bans = await on.world.eventually('the ban to be counted', async () => {
      const text = await (await fetch(`${cluster.workers.probesUrl}/metrics`)).text();
      return /^hookswitch_edge_bans\{.*\} 1$/m.test(text) ? text : undefined;
    });
    expect(bans).toMatch(/^hookswitch_edge_up\{.*\} 1$/m);
    expect(bans).toMatch(/^hookswitch_edge_nodes\{.*state="up"\} 2$/m);
  });

  it('serves a carrier as soon as its trunk is made, and not before', async () => {
    const carrier = '127.0.0.21';
    expect((await Caller.call(carrier, edge.port))?.status).toBe(401);
    const trunk = await on.world.api.post<{ id: string }>('/v1/trunks', {
      name: 'New carrier',
      inbound: { addresses: [carrier] },
    });
    await on.world.eventually('the trunk to be known', async () =>
      (await Caller.call(carrier, edge.port))?.status === 404 ? true : undefined,
    );
    const known = async () => JSON.stringify(await edge.command('htable.dump', ['trunk'])).includes(carrier);
    await on.world.eventually('the edge to know it', async () => ((await known()) ? true : undefined));
    await on.world.api.request('DELETE', `/v1/trunks/${trunk.id}`);
    await on.world.eventually('the edge to forget it', async () => ((await known()) ? undefined : true));
  });

  it('a node is killed: what is new goes to the other one at once', async () => {
    const { callId } = await listening();
    await cluster.kill(await ownerOfTheOnlyCall());
    for (let n = 0; n < 6; n += 1) {
      const { call } = await listening();
      expect((await call.bye()).status).toBe(200);
    }
    expect((await on.world.cdr(callId)).termination.reason).toBe('owner-lost');
  });
});
