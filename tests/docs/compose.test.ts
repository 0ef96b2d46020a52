import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const read = (path: string) => readFileSync(root + path, 'utf8');
const compose = read('docker-compose.yml');

/** Values of one key, wherever it stands. */
const valuesOf = (key: string) =>
  [...compose.matchAll(new RegExp(`^ *${key}: (.+)$`, 'gm'))].map(([, value]) => value!);

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

  it('gives a stop longer than a drain may take', () => {
    const graces = valuesOf('stop_grace_period').map((value) => Number(/^(\d+)m$/.exec(value)![1]) * 60);
    expect(graces).toHaveLength(4);
    for (const grace of graces) expect(grace).toBeGreaterThan(Math.max(...valuesOf('DRAIN_SECONDS').map(Number)));
  });
});
