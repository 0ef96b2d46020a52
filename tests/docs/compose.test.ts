import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { KamailioEdge } from '../peers/kamailio-edge.js';
import { OwnRtpengine } from '../peers/rtpengine/own-rtpengine.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const read = (path: string) => readFileSync(root + path, 'utf8');
const compose = read('docker-compose.yml');

/** Values of one key, wherever it stands. */
const valuesOf = (key: string) =>
  [...compose.matchAll(new RegExp(`^ *${key}: (.+)$`, 'gm'))].map(([, value]) => value!);

/** What stands below each service. */
function services(): { name: string; text: string }[] {
  const text = compose.slice(compose.indexOf('\nservices:') + 10, compose.lastIndexOf('\nvolumes:'));
  return text
    .split(/^ {2}(?=[\w-]+:$)/m)
    .slice(1)
    .map((part) => ({ name: part.slice(0, part.indexOf(':')), text: part }));
}

/** The words for bash that ask whether this service is well. */
function checkOf(name: string): string {
  const { text } = services().find((service) => service.name === name)!;
  const [, words] = /- \|-\n((?: {10}.*\n)+)/.exec(text)!;
  return words!.replace(/^ {10}/gm, '');
}

function exitCode(program: string, words: readonly string[]): Promise<number | null> {
  return new Promise((resolve) => {
    spawn(program, words, { stdio: 'ignore' }).once('exit', resolve);
  });
}

describe('docker-compose.yml', () => {
  it('sets no variable that nobody reads', () => {
    const known = new Set([
      ...[...read('docs/settings.md').matchAll(/^\| `([A-Z_]+)`/gm)].map(([, name]) => name),
      ...[...read('deploy/kamailio/start').matchAll(/\b(EDGE_[A-Z_]+)/g)].map(([, name]) => name),
    ]);
    const named = [...compose.matchAll(/^ +([A-Z][A-Z_]+): /gm)].map(([, name]) => name!);
    const ofOthers = /^(POSTGRES|SVIX)_/;
    expect(named.length).toBeGreaterThan(20);
    expect(named.filter((name) => !known.has(name) && !ofOthers.test(name))).toEqual([]);
  });

  it('builds from files that are there', () => {
    const files = valuesOf('dockerfile');
    expect(new Set(files)).toEqual(new Set(['deploy/Dockerfile', 'deploy/edge.Dockerfile', 'deploy/relay.Dockerfile']));
    for (const file of files) {
      expect(existsSync(root + file), file).toBe(true);
      for (const [, source] of read(file).matchAll(/^COPY (deploy\/\S+)/gm))
        expect(existsSync(root + source!), source).toBe(true);
    }
  });

  it('gives no port to two of its processes on the machine’s network, and media nodes names and RTP ranges of their own', () => {
    const probes = valuesOf('PROBES_PORT');
    const sip = valuesOf('SIP_LISTEN').flatMap((value) => value.split(','));
    for (const values of [probes, sip, valuesOf('NODE_ID')]) expect(new Set(values).size).toBe(values.length);
    const [lows, highs] = [valuesOf('RTP_PORT_LOW').map(Number), valuesOf('RTP_PORT_HIGH').map(Number)];
    expect(lows.length).toBe(2);
    expect(lows[1]).toBeGreaterThan(highs[0]!);
    const relay = /port-min = (\d+)/.exec(read('deploy/rtpengine/rtpengine.conf'));
    expect(Number(relay![1])).toBeGreaterThan(highs[1]!);
  });

  it('gives each media node a process for its sound, on a socket of its own', () => {
    const sockets = valuesOf('MEDIA_PLANE_SOCKET');
    expect(sockets).toHaveLength(2 * valuesOf('NODE_ID').length);
    for (const id of valuesOf('NODE_ID')) {
      expect(sockets.filter((socket) => socket === `/data/${id}.sock`)).toHaveLength(2);
      expect(compose).toContain(`      ${id}-sound: { condition: service_started }`);
    }
  });

  it('looks after each process of ours: a check of its health, a new start where it ends, a log that stays small, no root', () => {
    const ours = services().filter(({ text }) => /<<: \*platform|dockerfile:/.test(text));
    expect(ours.map(({ name }) => name)).toEqual([
      ...['edge', 'relay', 'api', 'workers'],
      ...['media-1-sound', 'media-1', 'media-2-sound', 'media-2'],
    ]);
    const platform = compose.slice(compose.indexOf('x-platform:'), compose.indexOf('x-settings:'));
    for (const { name, text } of ours) {
      const whole = text.includes('*platform') ? text + platform : text;
      for (const wanted of ['healthcheck:', 'restart: unless-stopped', 'logging: *log'])
        expect(whole, name).toContain(wanted);
      const [, port] = /PROBES_PORT: (\d+)/.exec(text) ?? [];
      if (port) expect(text).toContain(`http://127.0.0.1:${port}/readyz`);
    }
    for (const file of valuesOf('dockerfile')) {
      const users = [...read(file).matchAll(/^USER (\S+)$/gm)].map(([, user]) => user);
      expect(users, file).toHaveLength(1);
      expect(users).not.toContain('root');
    }
  });

  it('keeps what must outlive a container: MongoDB, Redis with its append-only file, recordings', () => {
    const of = (wanted: string) => services().find(({ name }) => name === wanted)!.text;
    expect(of('mongodb')).toContain('- mongodb:/data/db');
    expect(of('redis')).toContain('- redis:/data');
    expect(of('redis')).toContain('"--appendonly", "yes"');
    expect(compose).toContain('- platform:/data');
    expect(read('deploy/Dockerfile')).toMatch(/DATA_FOLDER=\/data\n/);
    const volumes = compose.slice(compose.lastIndexOf('\nvolumes:'));
    for (const name of ['mongodb', 'redis', 'platform']) expect(volumes).toContain(`\n  ${name}:\n`);
  });

  it('opens nothing but SIP, sound and the API to the world', () => {
    expect([...compose.matchAll(/^ +- "([\d.:]+)"$/gm)].map(([, port]) => port!.split(':')[0])).toEqual(
      ['27017', '6379', '5432'].map(() => '127.0.0.1'),
    );
    for (const key of ['EDGE_RPC', 'EDGE_INNER', 'PROBES_HOST', 'SVIX_LISTEN_ADDRESS'])
      for (const value of valuesOf(key)) expect(value, key).toMatch(/^127\.0\.0\.1(:|$)/);
    for (const value of valuesOf('SIP_LISTEN').join().split(',')) expect(value).toMatch(/^(udp|tcp):127\.0\.0\.1:/);
    expect(compose).toContain('--listen-ng=127.0.0.1:');
    expect(valuesOf('HTTP_HOST')).toEqual(['0.0.0.0']);
  });

  it('asks a real Kamailio and a real rtpengine for their health, and hears when they are gone', async () => {
    const edge = await KamailioEdge.start();
    const relay = await OwnRtpengine.start();
    const asks = {
      edge: checkOf('edge').replaceAll('/8060', `/${new URL(edge.rpcUrl).port}`),
      relay: checkOf('relay').replaceAll('/2223', `/${relay.port}`),
    };
    for (const ask of Object.values(asks)) expect(await exitCode('bash', ['-c', ask])).toBe(0);
    await Promise.all([edge.stop(), relay.stop()]);
    for (const ask of Object.values(asks)) expect(await exitCode('bash', ['-c', ask])).not.toBe(0);
  });

  it('asks a process of the platform whether it is ready', async () => {
    let status = 200;
    const server = createServer((request, response) => {
      response.writeHead(request.url === '/readyz' ? status : 404).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const asks = [...compose.matchAll(/test: \["CMD", "node", "-e", "(.+)"\]/g)].map(([, ask]) => ask!);
    expect(asks).toHaveLength(6);
    const ask = () => Promise.all(asks.map((each) => exitCode('node', ['-e', each.replace(/:9\d+\//, `:${port}/`)])));
    expect(new Set(await ask())).toEqual(new Set([0]));
    status = 503;
    expect(new Set(await ask())).toEqual(new Set([1]));
    await new Promise((resolve) => server.close(resolve));
    expect(new Set(await ask())).toEqual(new Set([1]));
  });

  it('gives a stop longer than a drain may take', () => {
    const graces = valuesOf('stop_grace_period').map((value) => Number(/^(\d+)m$/.exec(value)![1]) * 60);
    expect(graces).toHaveLength(4);
    for (const grace of graces) expect(grace).toBeGreaterThan(Math.max(...valuesOf('DRAIN_SECONDS').map(Number)));
  });
});
