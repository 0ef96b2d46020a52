import { describe, it } from 'vitest';
import { SeveralNodes } from '../several-nodes.js';
import { useWorld } from '../world.js';
import { restartEachInTurn } from './restart-each-in-turn.js';

const options = { name: 'rolling', redisDatabase: 101, nodes: 2 } as const;
const cluster = new SeveralNodes(options);
const on = useWorld(options, () => cluster.start());

describe('two nodes that are restarted in turn while calls keep arriving', () => {
  it('fail no set-up and cut no call, by API and from a carrier that knows both', { timeout: 240_000 }, async () => {
    let turn = 0;
    await restartEachInTurn(on.world, cluster, () => {
      const both = cluster.ids.map((nodeId) => cluster.sip(nodeId));
      turn += 1;
      return turn % 2 === 0 ? both : both.reverse();
    });
  });
});
