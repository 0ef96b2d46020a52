import { afterAll, beforeAll, describe, it } from 'vitest';
import { KamailioEdge } from '../../peers/kamailio-edge.js';
import { SeveralNodes } from '../several-nodes.js';
import { useWorld } from '../world.js';
import { restartEachInTurn } from './restart-each-in-turn.js';

const edge = await KamailioEdge.reserve();
const options = {
  name: 'rolling_edge',
  redisDatabase: 109,
  nodes: 2,
  settings: { ...edge.nodeSettings, PROBES_PORT: '0' },
} as const;
const cluster = new SeveralNodes(options);

beforeAll(() => edge.start());
const on = useWorld(options, () => cluster.start());
afterAll(() => edge.stop());

describe('two nodes behind the edge that are restarted in turn while calls keep arriving', () => {
  it('fail no set-up and cut no call: for a carrier that knows the edge alone, and offers each call once', {
    timeout: 240_000,
  }, async () => {
    const atTheEdge = { host: '127.0.0.1', port: edge.port };
    // Trunks and nodes count at the edge a moment after they were made.
    await on.world.eventually('the edge to take calls', async () => {
      const line = await on.world.line([{ verb: 'answer' }, { verb: 'hangup' }]);
      const phone = await on.world.phone({ server: atTheEdge });
      const call = await phone.dial(line.number);
      return call.answered().then(
        () => call.ended,
        () => undefined,
      );
    });
    await restartEachInTurn(on.world, cluster, () => [atTheEdge]);
  });
});
