import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RawSip } from '../../interop/raw-sip.js';
import { KamailioEdge } from '../../peers/kamailio-edge.js';
import { Caller } from '../../peers/sip-probes/caller.js';
import { SeveralNodes } from '../several-nodes.js';
import { useWorld } from '../world.js';

const edge = await KamailioEdge.reserve();
const options = {
  name: 'edge_bans',
  redisDatabase: 135,
  nodes: 1,
  settings: { ...edge.nodeSettings, PROBES_PORT: '0' },
} as const;
const cluster = new SeveralNodes(options);

beforeAll(() => edge.start());
const on = useWorld(options, () => cluster.start());
afterAll(() => edge.stop());

interface Ban {
  readonly id: string;
  readonly network: string;
  readonly reason: string;
  readonly machines: readonly string[];
}

const bans = async (query = '') => (await on.world.api.get<{ items: Ban[] }>(`/v1/sip-bans${query}`)).items;
const ban = (network: string, more: object = {}) => on.world.api.post<Ban>('/v1/sip-bans', { network, ...more });
const lift = ({ id }: Ban) => on.world.api.request('DELETE', `/v1/sip-bans/${id}`);
/** The edge passes on what comes from there: a node asks who it is. */
const servedByUdp = async (from: string) => (await Caller.call(from, edge.port))?.status === 401;

/** What is answered over a connection from there within the time that Kamailio takes for another request. */
async function answersByTcp(host: string): Promise<number[]> {
  const to = { host: '127.0.0.1', port: edge.port };
  const asker = await RawSip.open('tcp', to, host);
  asker.send(optionsRequest(asker, 'asked'));
  await servedByUdp('127.0.0.40');
  const statuses = asker.messages.all.map(({ sip }) => sip.status ?? 0);
  asker.close();
  return statuses;
}

const isAnsweredByTcp = (host: string) =>
  on.world.eventually(`${host} to be answered over TCP`, async () =>
    (await answersByTcp(host)).length > 0 ? true : undefined,
  );

function optionsRequest(raw: RawSip, callId: string): string {
  const lines = [
    'OPTIONS sip:127.0.0.1 SIP/2.0',
    `Via: ${raw.via(`z9hG4bK${callId}`)}`,
    'Max-Forwards: 70',
    'From: <sip:probe@127.0.0.1>;tag=1',
    'To: <sip:127.0.0.1>',
    `Call-ID: ${callId}`,
    'CSeq: 1 OPTIONS',
    'Content-Length: 0',
  ];
  return `${lines.join('\r\n')}\r\n\r\n`;
}

describe('bans at the edge', () => {
  it('a source that floods is banned by the edge, seen by REST, lifted, and gets through', async () => {
    const stranger = '127.0.0.41';
    await on.world.eventually('the edge to serve', async () => ((await servedByUdp(stranger)) ? true : undefined));
    await Caller.flood(stranger, edge.port);
    expect(await servedByUdp(stranger)).toBe(false);
    const machine = new URL(edge.rpcUrl).host;
    const [found] = await bans(`?address=${stranger}`);
    expect(found).toMatchObject({ network: stranger, reason: 'flood', machines: [machine] });
    expect(await bans(`?reason=flood&machine=${machine}`)).toEqual([found]);
    expect(await bans('?reason=manual')).toEqual([]);
    // Who is lifted while its flood is not forgotten is banned again.
    await on.world.eventually('it to get through', async () => {
      for (const each of await bans(`?address=${stranger}`)) expect((await lift(each)).status).toBe(204);
      return (await servedByUdp(stranger)) || undefined;
    });
    expect(await bans()).toEqual([]);
  });

  it('who was banned by hand gets silence over UDP and TCP, whoever called before, also from an edge that was restarted', async () => {
    const [one, other] = ['127.0.7.1', '127.0.0.42'];
    await isAnsweredByTcp(one);
    const made = [await ban('127.0.7.0/24', { seconds: 3600, note: 'Guesses' }), await ban(other)];
    expect(made[0]?.machines).toHaveLength(1);
    const silent = async () => {
      const hosts = [one, other];
      expect(await Promise.all(hosts.map(servedByUdp))).toEqual([false, false]);
      expect(await Promise.all(hosts.map(answersByTcp))).toEqual([[], []]);
    };
    await silent();
    await edge.halt();
    await edge.start();
    await on.world.eventually('the edge to serve', async () => ((await servedByUdp('127.0.0.43')) ? true : undefined));
    await silent();
    for (const each of made) expect((await lift(each)).status).toBe(204);
    for (const host of [one, other]) {
      expect(await servedByUdp(host)).toBe(true);
      await isAnsweredByTcp(host);
    }
  });

  it('a trunk cannot be banned', async () => {
    const carrier = { name: 'Carrier', inbound: { addresses: ['127.0.6.1'] } };
    const { id } = await on.world.api.post<{ id: string }>('/v1/trunks', carrier);
    const refused = await on.world.api.request<{ code: string; detail: string }>('POST', '/v1/sip-bans', {
      network: '127.0.6.0/24',
    });
    expect([refused.status, refused.body.code]).toEqual([409, 'ban-hits-trunk']);
    expect(refused.body.detail).toContain(id);
  });
});
