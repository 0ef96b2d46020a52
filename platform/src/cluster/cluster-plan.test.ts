import { describe, expect, it } from 'vitest';
import { type ClusterOptions, planCluster } from './cluster-plan.js';

const options: ClusterOptions = {
  nodes: 3,
  network: '127.0.9',
  dataFolder: '/data',
  mongodbUri: 'mongodb://db',
  redisUrl: 'redis://redis',
  edge: '/edge',
  rtpengine: '/rtpengine',
};
const plan = (change: Partial<ClusterOptions> = {}) => planCluster({ ...options, ...change }, '/platform');

describe('planCluster', () => {
  it('starts edge and relay before the API, the API before all that need the account it makes, and nodes last', () => {
    const names = plan().map(({ name }) => name);
    const nodes = ['media-1-sound', 'media-1', 'media-2-sound', 'media-2', 'media-3-sound', 'media-3'];
    expect(names).toEqual(['edge', 'rtpengine', 'api', 'workers', 'routing', ...nodes]);
  });

  it('gives each process addresses of its own in the network that was named', () => {
    const listening = plan().flatMap(({ env }) => [env.SIP_LISTEN, env.EDGE_INNER, env.EDGE_LISTEN, env.PROBES_HOST]);
    const said = listening.filter((value) => value !== undefined);
    expect(new Set(said).size).toBe(said.length);
    expect(said.every((value) => value.includes('127.0.9.'))).toBe(true);
  });

  it('tells nodes of edge and relay, and workers of the edge, where there are such', () => {
    const [with_, without] = [plan(), plan({ edge: undefined, rtpengine: undefined })];
    const envOf = (name: string, processes = with_) => processes.find((each) => each.name === name)!.env;
    expect(envOf('media-2')).toMatchObject({ SIP_EDGES: 'udp:127.0.9.2:5060', RTPENGINES: '127.0.9.6:2223' });
    expect(envOf('workers').EDGE_KAMAILIO_RPC).toBe('http://127.0.9.2:8060/rpc');
    expect(without).toHaveLength(9);
    for (const name of ['SIP_EDGES', 'RTPENGINES']) expect(envOf('media-2', without)[name]).toBeUndefined();
    expect(envOf('workers', without).EDGE_KAMAILIO_RPC).toBeUndefined();
  });

  it('gives each node a process of its own for its sound, with ports that no other has', () => {
    const envs = new Map(plan().map(({ name, env }) => [name, env]));
    for (const node of ['media-1', 'media-2', 'media-3']) {
      const [own, sound] = [envs.get(node)!, envs.get(`${node}-sound`)!];
      expect(sound).toMatchObject({ ROLES: 'media', MEDIA_PLANE_SOCKET: own.MEDIA_PLANE_SOCKET });
      expect(own.NODE_ID).toBe(node);
    }
    const sockets = [...envs.values()].flatMap(({ ROLES, MEDIA_PLANE_SOCKET }) =>
      ROLES === 'media' ? [MEDIA_PLANE_SOCKET] : [],
    );
    const ports = [...envs.values()].flatMap(({ RTP_PORT_LOW }) => RTP_PORT_LOW ?? []);
    expect([new Set(sockets).size, new Set(ports).size]).toEqual([3, 3]);
  });

  it('lets settings of the environment win, and has every process of the platform on the same data', () => {
    const processes = plan({ settings: { MAX_CALLS: '5' } }).filter(({ program }) => program === '/platform');
    for (const { env } of processes) {
      expect(env).toMatchObject({
        MAX_CALLS: '5',
        DATA_FOLDER: '/data',
        MONGODB_URI: 'mongodb://db',
        REDIS_URL: 'redis://redis',
      });
    }
  });
});
