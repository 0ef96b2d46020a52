import { MemoryLiveCentreStore } from '@hookswitch/api/acd/memory-live-centre-store';
import { liveCentreStoreContract } from '../live-centre-store.contract.js';

liveCentreStoreContract('memory', async () => {
  const store = new MemoryLiveCentreStore();
  return {
    mine: store,
    theirs: store,
    lose: async () => store.lose(),
    interrupt: (meanwhile) => store.interrupt(meanwhile),
  };
});
