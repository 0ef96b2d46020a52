import { createMemoryBindingStore } from '@hookswitch/api/registrations/memory-binding-store';
import { ManualClock } from '@hookswitch/kernel/manual-clock';
import { bindingStoreContract } from '../binding-store.contract.js';

bindingStoreContract('memory', async () => {
  const clock = new ManualClock();
  return { store: createMemoryBindingStore(clock), clock, pass: async (ms) => clock.advance(ms) };
});
