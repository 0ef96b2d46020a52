import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ApiClient } from '../../installation/api-client.js';
import { eventually } from '../../peers/eventually.js';
import { PeerProcess } from '../../peers/peer-process.js';
import { ScriptServer } from '../../peers/script-server.js';
import { TonePhone } from '../../peers/tone-phone/tone-phone.js';
import type { NodeView } from '../several-nodes.js';
import { dataServers, toneWav, wavReply } from '../world.js';

const program = fileURLToPath(new URL('../../../../platform/dist/cluster/cluster-command.js', import.meta.url));
const network = '127.0.77';
const dataFolder = mkdtempSync(join(tmpdir(), 'cluster-'));
let cluster: PeerProcess;
let api: ApiClient;
let signingSecret: string;

/** The process ids that it printed, by name. */
function pids(): ReadonlyMap<string, number> {
  const lines = [...cluster.output.matchAll(/^ {2}(\S+) +ready, pid (\d+):/gm)];
  return new Map(lines.map(([, name, pid]) => [name!, Number(pid)]));
}

const runs = (pid: number) => existsSync(`/proc/${pid}`);

const until = (what: string, holds: () => Promise<boolean> | boolean) =>
  eventually(what, async () => ((await holds()) ? true : undefined), {
    guardMs: 60_000,
    describe: () => `the cluster said:\n${cluster.output}`,
  });

beforeAll(async () => {
  const env = Object.entries(dataServers({ name: 'cluster', redisDatabase: 105 })).map(
    ([name, value]) => `${name}=${value}`,
  );
  const words = [program, '--nodes', '2', '--network', network, '--data', dataFolder];
  cluster = PeerProcess.start('env', [...env, process.execPath, ...words]);
  await until('the cluster', () => cluster.output.includes('The cluster is up.'));
  const first = JSON.parse(readFileSync(join(dataFolder, 'first-account.json'), 'utf8')) as Record<string, string>;
  api = new ApiClient(`http://${network}.3:8080`, first.apiKey!);
  signingSecret = first.signingSecret!;
});
afterAll(async () => {
  if (runs(cluster.pid)) process.kill(cluster.pid, 'SIGINT');
  await cluster.ended();
  rmSync(dataFolder, { recursive: true, force: true });
});

describe('script/cluster', () => {
  it('starts edge, relay, API, workers, routing and two nodes; a call that comes to the edge is heard by a node', async () => {
    const sounds = ['media-1-sound', 'media-1', 'media-2-sound', 'media-2'];
    expect([...pids().keys()]).toEqual(['edge', 'rtpengine', 'api', 'workers', 'routing', ...sounds]);
    const { items } = await api.get<{ items: NodeView[] }>('/v1/nodes');
    expect(items.map(({ id, sip }) => [id, sip[0]])).toEqual([
      ['media-1', `udp:${network}.11:5060`],
      ['media-2', `udp:${network}.12:5060`],
    ]);
    const backend = await ScriptServer.start({ secrets: [signingSecret] });
    backend.answer('/music.wav', wavReply(toneWav('music', 1)));
    backend.answer('/voice', [{ verb: 'play', url: '/music.wav', loop: 0 }]);
    await api.post('/v1/trunks', { name: 'Carrier', inbound: { addresses: ['127.0.77.200'] } });
    const { id } = await api.post<{ id: string }>('/v1/applications', {
      name: 'Music',
      scriptUrl: backend.url('/voice'),
    });
    await api.post('/v1/numbers', { number: '+15557770001', applicationId: id });
    const server = { host: `${network}.1`, port: 5060 };
    const phone = await TonePhone.open({ user: '+15550199', host: '127.0.77.200', server, party: 'caller' });
    try {
      await until('a call through the edge', async () => {
        const call = await phone.dial('+15557770001');
        return call.answered().then(
          async () => {
            await call.media.hears('music');
            await call.bye();
            return true;
          },
          // Trunks count at the edge a moment after they were made.
          () => false,
        );
      });
    } finally {
      phone.close();
      await backend.close();
    }
  });

  it('says so when a process dies, and leaves none behind when it is told to stop', async () => {
    const all = pids();
    process.kill(all.get('media-2')!, 'SIGKILL');
    await until('it to say so', () => /^media-2: ended with SIGKILL/m.test(cluster.output));
    process.kill(cluster.pid, 'SIGINT');
    await until('the end', () => cluster.output.includes('Everything has stopped.'));
    expect(await cluster.ended()).toBe(0);
    expect([...all].filter(([, pid]) => runs(pid))).toEqual([]);
  });

  it('refuses what it does not know, with a sentence', async () => {
    for (const [words, sentence] of [
      [['--nodes', '0'], '--nodes takes 1 to 9, not 0.'],
      [['--network', '10.0.0'], '--network takes three numbers of loopback addresses'],
    ] as const) {
      const refused = PeerProcess.start(process.execPath, [program, ...words]);
      await until('its words', () => refused.output.includes(sentence));
      await refused.stop();
    }
  });
});
