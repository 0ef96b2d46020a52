import { MemoryNodeLeases } from '@hookswitch/api/nodes/memory-node-leases';
import { ManualClock } from '@hookswitch/kernel/manual-clock';
import { nodeLeasesContract } from '../node-leases.contract.js';

nodeLeasesContract('memory', async () => {
  const clock = new ManualClock();
  return { leases: new MemoryNodeLeases(clock), pass: async () => clock.advance(10) };
});
