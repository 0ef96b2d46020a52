import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { KamailioEdge } from '../../peers/kamailio-edge.js';
import { RegisteringCarrier } from '../../peers/registering-carrier.js';
import { SeveralNodes } from '../several-nodes.js';
import { useWorld } from '../world.js';

const edge = await KamailioEdge.reserve();
const login = { username: 'trunk-user', password: 'a secret of the trunk' };
const carrier = await RegisteringCarrier.open('127.0.0.61', login);
const options = {
  name: 'edge_registrations',
  redisDatabase: 136,
  nodes: 2,
  settings: {
    ...edge.nodeSettings,
    SIP_TRUNK_PRIVATE_TARGETS: '127.0.0.0/8',
  },
} as const;
const cluster = new SeveralNodes(options);

beforeAll(() => edge.start());
const on = useWorld(options, () => cluster.start());
afterAll(() => edge.stop());
afterAll(() => carrier.close());

/** The carrier calls a number of ours where it was told to: the Contact, the number in To. It hears music. */
async function called(trunkId: string): Promise<void> {
  const line = await on.world.line([{ verb: 'play', url: '/music.wav', loop: 0 }]);
  const phone = await on.world.phone({ host: carrier.host, server: { host: '127.0.0.1', port: edge.port } });
  const call = await phone.dial(carrier.contact!, { to: line.number });
  await call.answered();
  await call.media.hears('music');
  const callId = await on.world.callId(line.path);
  expect((await on.world.api.get<{ trunkId: string }>(`/v1/calls/${callId}`)).trunkId).toBe(trunkId);
  expect((await call.bye()).status).toBe(200);
}

describe('a trunk that registers at its carrier, behind an edge with two nodes', () => {
  it('is registered by one node under the edge’s address; what comes in on it is the trunk’s, whichever node gets it, also when that node dies', async () => {
    const outbound = {
      proxies: [`sip:${carrier.host}:${carrier.port}`],
      ...login,
      register: { registrar: `sip:${carrier.host}:${carrier.port}`, expiresSeconds: 60 },
    };
    const trunk = await on.world.api.post<{ id: string }>('/v1/trunks', { name: 'Registering carrier', outbound });
    const first = await carrier.taken.first('a registration', () => true);
    expect(first.contact).toBe(`sip:${login.username}@127.0.0.1:${edge.port}`);
    await on.world.eventually('the platform to say so', async () => {
      const seen = await on.world.api.get<{ registration: { state: string } }>(`/v1/trunks/${trunk.id}`);
      return seen.registration.state === 'registered' || undefined;
    });
    // Another node gets calls, too, and knows whose they are.
    for (let n = 0; n < 6; n += 1) await called(trunk.id);
    expect(new Set(carrier.taken.all.map(({ callId }) => callId)).size).toBe(1);

    await cluster.kill(keeper());
    const next = await carrier.taken.first('another node to register', ({ callId }) => callId !== first.callId);
    expect(next.contact).toBe(first.contact);
    await called(trunk.id);
    await on.world.api.request('PATCH', `/v1/trunks/${trunk.id}`, { enabled: false });
    await carrier.taken.first('it to be taken back', ({ contact }) => contact === undefined);
  });
});

/** The node that registered last. */
function keeper(): string {
  const { via } = carrier.taken.all.at(-1)!;
  return cluster.ids.find((id) => via.includes(`:${cluster.sip(id).port};`))!;
}
