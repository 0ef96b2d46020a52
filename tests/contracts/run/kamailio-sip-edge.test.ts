import { systemClock } from '@hookswitch/kernel/clock';
import { silentLogger } from '@hookswitch/kernel/logger';
import { createKamailioEdge } from '@hookswitch/media/drivers/kamailio/index';
import { KamailioEdge } from '../../peers/kamailio-edge.js';
import { BusyNode } from '../../peers/sip-probes/busy-node.js';
import { Caller } from '../../peers/sip-probes/caller.js';
import { sipEdgeContract } from '../sip-edge.contract.js';

sipEdgeContract('Kamailio', async () => {
  const machines = [await KamailioEdge.start(), await KamailioEdge.start()];
  const nodes = [await BusyNode.start(), await BusyNode.start(), await BusyNode.start()] as const;
  const edge = createKamailioEdge({
    urls: machines.map(({ rpcUrl }) => rpcUrl),
    clock: systemClock,
    logger: silentLogger,
    lookMs: 200,
    rememberMs: 0,
  });
  const nodeAt = (address: string) => nodes.find((node) => node.address === address)!;
  return {
    edge,
    nodes: [nodes[0].address, nodes[1].address, nodes[2].address],
    callers: ['127.0.8.1', '127.0.8.2', '127.0.0.3', '127.0.0.4'],
    network: '127.0.8.0/24',
    call: async (from, machine = 0, replacedTag) =>
      (await Caller.call(from, machines[machine]!.port, replacing(replacedTag)))?.server,
    flood: (from) => Caller.flood(from, machines[0]!.port),
    nodeDies: (address) => nodeAt(address).die(),
    nodeComesBack: (address) => nodeAt(address).comeBack(),
    halt: (machine) => machines[machine]!.halt(),
    comeBack: (machine) => machines[machine]!.start(),
    async close() {
      await Promise.all([...machines.map((machine) => machine.stop()), ...nodes.map((node) => node.die())]);
    },
  };
});

function replacing(tag: string | undefined): string[] {
  return tag === undefined ? [] : [`Replaces: other-call;to-tag=${tag};from-tag=1`];
}
