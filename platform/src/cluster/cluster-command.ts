import { existsSync, mkdirSync, realpathSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { findProgram } from '../data-servers/find-program.js';
import { type Cluster, startCluster } from './cluster.js';

const help = `Usage: script/cluster [--nodes N] [--network 127.0.1] [--data FOLDER] [--no-edge] [--no-relay]

Starts what docker-compose.yml starts, from the programs of this machine, on loopback addresses: Redis and MongoDB, the SIP edge (Kamailio) and
the relay (rtpengine) where they are installed, one process each for the API, workers and routing, and media nodes. Ctrl-C stops everything.

  --nodes N      media nodes, 1 to 9 (default 2)
  --network A    first three numbers of the addresses (default 127.0.1)
  --data FOLDER  where data and logs are kept (default .hookswitch/cluster)
  --no-edge      no Kamailio: phones and carriers speak with the media nodes themselves
  --no-relay     no rtpengine

Settings of the environment (docs/settings.md) reach every process; REDIS_URL and MONGODB_URI name servers to use instead of starting any.`;

const edgeProgram = fileURLToPath(new URL('../../../deploy/kamailio/start', import.meta.url));
const watchEveryMs = 2000;

const say = (line: string) => console.log(line);

interface Asked {
  readonly nodes: number;
  readonly network: string;
  readonly data: string;
  readonly edge: boolean;
  readonly relay: boolean;
}

/** @throws Error with a sentence */
function readArguments(words: readonly string[]): Asked | 'help' {
  const { values } = parseArgs({
    args: [...words],
    options: {
      help: { type: 'boolean', default: false },
      nodes: { type: 'string', default: '2' },
      network: { type: 'string', default: '127.0.1' },
      data: { type: 'string', default: '.hookswitch/cluster' },
      'no-edge': { type: 'boolean', default: false },
      'no-relay': { type: 'boolean', default: false },
    },
  });
  if (values.help) return 'help';
  const { network, data } = values;
  if (!/^[1-9]$/.test(values.nodes)) throw new Error(`--nodes takes 1 to 9, not ${values.nodes}.`);
  if (!/^127(\.(25[0-5]|2[0-4]\d|1?\d?\d)){2}$/.test(network)) {
    throw new Error(`--network takes three numbers of loopback addresses, such as 127.0.1, not ${network}.`);
  }
  return { nodes: Number(values.nodes), network, data, edge: !values['no-edge'], relay: !values['no-relay'] };
}

async function main(): Promise<void> {
  const asked = readArguments(process.argv.slice(2));
  if (asked === 'help') return say(help);
  mkdirSync(resolve(asked.data), { recursive: true, mode: 0o700 });
  const dataFolder = realpathSync(resolve(asked.data));
  const edge = asked.edge && existsSync(edgeProgram) ? findProgram('kamailio') && edgeProgram : undefined;
  const rtpengine = asked.relay ? findProgram('rtpengine') : undefined;
  if (asked.edge && !edge) say('kamailio is not installed: phones and carriers speak with the media nodes themselves.');
  if (asked.relay && !rtpengine)
    say('rtpengine is not installed: sound goes to the media nodes itself, plain RTP only.');

  let cluster: Cluster | undefined;
  let stopAsked = 0;
  const stopWhenAsked = () => {
    stopAsked += 1;
    if (stopAsked > 1) cluster?.kill();
  };
  process.on('SIGINT', stopWhenAsked);
  process.on('SIGTERM', stopWhenAsked);

  cluster = await startCluster({
    nodes: asked.nodes,
    network: asked.network,
    dataFolder,
    edge,
    rtpengine,
    mongodbUri: process.env.MONGODB_URI,
    redisUrl: process.env.REDIS_URL,
    onReady: ({ plan, pid }) => say(`  ${plan.name.padEnd(10)} ready, pid ${pid}: ${plan.addresses.join(', ')}`),
  });
  for (const server of cluster.dataServers) say(`  ${'data'.padEnd(10)} ${server}`);
  say(`  ${'logs'.padEnd(10)} ${join(dataFolder, 'logs')}/<name>.log`);
  say(`  ${'first key'.padEnd(10)} ${join(dataFolder, 'first-account.json')}`);
  say('The cluster is up. Ctrl-C stops it; a second one at once.');
  await watch(cluster, () => stopAsked > 0);
  say('Stopping.');
  await cluster.stop();
  say('Everything has stopped.');
}

/** Says whenever the health of a process changes, until told to stop. */
async function watch(cluster: Cluster, stopped: () => boolean): Promise<void> {
  const known = new Map(cluster.processes.map((each) => [each, 'ready']));
  while (!stopped()) {
    for (const each of cluster.processes) {
      const health = await each.health();
      if (health !== known.get(each) && !stopped()) say(`${each.plan.name}: ${health} (${each.logFile})`);
      known.set(each, health);
    }
    for (let waited = 0; waited < watchEveryMs && !stopped(); waited += 100) await sleep(100);
  }
}

main().then(
  () => process.exit(0),
  (error: Error) => {
    console.error(error.message);
    process.exit(1);
  },
);
