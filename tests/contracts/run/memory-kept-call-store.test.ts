import { MemoryKeptCallStore } from '@hookswitch/api/calls/resume/memory-kept-call-store';
import { ManualClock } from '@hookswitch/kernel/manual-clock';
import { keptCallStoreContract } from '../kept-call-store.contract.js';

keptCallStoreContract('memory', async () => {
  const clock = new ManualClock();
  return { store: new MemoryKeptCallStore(clock), expire: async (_node, ms) => clock.advance(ms) };
});
