import { MemoryRoutingLease } from '@hookswitch/api/acd/memory-routing-lease';
import { ManualClock } from '@hookswitch/kernel/manual-clock';
import { routingLeaseContract } from '../routing-lease.contract.js';

routingLeaseContract('memory', async () => {
  const clock = new ManualClock();
  return { lease: new MemoryRoutingLease(clock), pass: async () => clock.advance(10) };
});
