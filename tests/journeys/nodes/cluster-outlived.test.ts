import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Cluster, startCluster } from '@hookswitch/platform/cluster/cluster';
import { ClusterProcess } from '@hookswitch/platform/cluster/cluster-process';
import { findProgram } from '@hookswitch/platform/data-servers/find-program';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { heardMilliseconds } from '../../ear/who-is-heard.js';
import { ApiClient } from '../../installation/api-client.js';
import { eventually } from '../../peers/eventually.js';
import { ScriptServer } from '../../peers/script-server.js';
import { TonePhone } from '../../peers/tone-phone/tone-phone.js';
import { type CdrView, dataServers } from '../world.js';

const network = '127.0.78';
const dataFolder = mkdtempSync(join(tmpdir(), 'outlived-'));
const { REDIS_URL, MONGODB_URI } = dataServers({ name: 'cluster_outlived', redisDatabase: 131 });
const edge = fileURLToPath(new URL('../../../../deploy/kamailio/start', import.meta.url));
const server = { host: `${network}.1`, port: 5060 };
let cluster: Cluster;
let api: ApiClient;
let backend: ScriptServer;
let again: ClusterProcess | undefined;

beforeAll(async () => {
  const rtpengine = findProgram('rtpengine');
  expect([findProgram('kamailio'), rtpengine, existsSync(edge)]).toEqual([
    expect.any(String),
    expect.any(String),
    true,
  ]);
  cluster = await startCluster({
    nodes: 2,
    network,
    dataFolder,
    edge,
    rtpengine,
    mongodbUri: MONGODB_URI,
    redisUrl: REDIS_URL,
    settings: { MEDIA_RELAY: 'always', DRAIN_SECONDS: '0.1' },
  });
  const first = JSON.parse(readFileSync(join(dataFolder, 'first-account.json'), 'utf8')) as Record<string, string>;
  api = new ApiClient(`http://${network}.3:8080`, first.apiKey!);
  backend = await ScriptServer.start({ secrets: [first.signingSecret!] });
  await api.patch(`/v1/accounts/${first.accountId}`, { allowedDestinations: ['+44'] });
});
afterAll(async () => {
  await backend?.close();
  await again?.stop();
  await cluster?.stop();
  rmSync(dataFolder, { recursive: true, force: true });
});

describe('a talk through edge and relay', () => {
  it('is heard on while its node is killed and comes back, and the next process ends it properly', async () => {
    const caller = await TonePhone.open({ user: '+15550199', host: `${network}.200`, server, party: 'caller' });
    const carrier = await TonePhone.open({ user: 'carrier', host: `${network}.201`, server, party: 'callee' });
    const proxies = [`sip:${network}.201:${carrier.address.port}`];
    await api.post('/v1/trunks', { name: 'Callers', inbound: { addresses: [`${network}.200`] } });
    await api.post('/v1/trunks', { name: 'Carrier', outbound: { proxies, prefixes: ['+44'] } });
    const targets = [{ type: 'number', number: '+442010000001' }];
    backend.answer('/voice', [{ verb: 'dial', targets, action: '/after', record: 'record-from-answer' }]);
    backend.answer('/after', [{ verb: 'hangup' }]);
    const scriptUrl = backend.url('/voice');
    const { id: applicationId } = await api.post<{ id: string }>('/v1/applications', { name: 'Dials', scriptUrl });
    await api.post('/v1/numbers', { number: '+15557770001', applicationId });
    try {
      // Trunks count at the edge a moment after they were made.
      const call = await eventually('a call through the edge', async () => {
        const tried = await caller.dial('+15557770001');
        const status = (await Promise.race([tried.final, carrier.incoming.first('the call', () => true)])) as {
          status?: number;
        };
        return status.status !== undefined && status.status >= 300 ? undefined : tried;
      });
      const callee = await carrier.incoming.first('the call', () => true);
      await callee.answer();
      await call.answered();
      await Promise.all([call.media.hears('callee'), callee.media.hears('caller')]);
      const { id, nodeId } = await ownedCall();
      const marks = [call.media.ear.length, callee.media.ear.length];
      const node = cluster.processes.find(({ plan }) => plan.name === nodeId)!;
      process.kill(node.pid!, 'SIGKILL');
      await Promise.all([call.media.listen(1000), callee.media.listen(1000)]);
      again = await ClusterProcess.start(node.plan, node.logFile);
      await Promise.all([call.media.listen(1000), callee.media.listen(1000)]);
      for (const [at, [side, who]] of (
        [
          [call, 'callee'],
          [callee, 'caller'],
        ] as const
      ).entries()) {
        const samples = side.media.ear.samples(marks[at]!);
        expect(heardMilliseconds(samples)).toEqual({ [who]: Math.floor(samples.length / 800) * 100 });
        // A relay that is short of CPU lets packets overtake each other; none is missing. Those at the edges may lack an overtaken one.
        const sequences = side.media.packets.all.slice(-140).map(({ packet }) => packet.sequence);
        const numbers = sequences.map((sequence) => ((sequence - sequences[0]! + 98_304) % 65_536) - 32_768);
        const inOrder = numbers.sort((one, other) => one - other).slice(20, -20);
        expect(inOrder).toEqual(inOrder.map((_, step) => inOrder[0]! + step));
      }
      await call.bye();
      await callee.ended;
      const cdr = await eventually('the CDR', async () => {
        const { status, body } = await api.request<CdrView>('GET', `/v1/cdrs/${id}`);
        return status === 200 ? body : undefined;
      });
      expect(cdr).toMatchObject({ status: 'completed', termination: { by: 'remote', reason: 'hangup' } });
      expect(cdr.recordingIds).toHaveLength(1);
      expect((await backend.request('/after')).result).toMatchObject({ dialStatus: 'completed', bridged: true });
    } finally {
      caller.close();
      carrier.close();
    }
  });
});

/** The caller's call, and the node that has it. */
async function ownedCall(): Promise<{ id: string; nodeId: string }> {
  const { id } = ((await backend.request('/voice')) as unknown as { call: { id: string } }).call;
  const nodeId = await eventually('a node that carries both', async () => {
    const { items } = await api.get<{ items: { id: string; calls: number }[] }>('/v1/nodes');
    return items.find(({ calls }) => calls === 2)?.id;
  });
  return { id, nodeId };
}
