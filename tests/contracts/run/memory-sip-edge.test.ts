import { systemClock } from '@hookswitch/kernel/clock';
import { systemRandom } from '@hookswitch/kernel/random';
import { MemoryEdge } from '@hookswitch/media/drivers/memory-edge/index';
import { sipEdgeContract } from '../sip-edge.contract.js';

sipEdgeContract('memory', async () => {
  const dead = new Set<string>();
  const answers = (address: string) => !dead.has(address);
  const edge = new MemoryEdge(['edge-1', 'edge-2'], { clock: systemClock, random: systemRandom, answers });
  return {
    edge,
    nodes: ['udp:10.0.0.1:5060', 'udp:10.0.0.2:5060', 'udp:10.0.0.3:5060'],
    callers: ['127.0.8.1', '127.0.8.2', '127.0.0.3', '127.0.0.4'],
    network: '127.0.8.0/24',
    call: async (from, machine = 0, replacedTag = '') => edge.receive(from, edge.machines[machine], replacedTag),
    async flood(from) {
      for (let n = 0; n < 200; n += 1) edge.receive(from);
    },
    nodeDies: async (address) => void dead.add(address),
    nodeComesBack: async (address) => void dead.delete(address),
    async halt(machine) {
      edge.machines[machine]!.up = false;
    },
    async comeBack(machine) {
      edge.machines[machine]!.forget();
      edge.machines[machine]!.up = true;
    },
    close: async () => {},
  };
});
