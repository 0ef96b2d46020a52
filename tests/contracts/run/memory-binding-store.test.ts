import { createMemoryBindingStore } from '@hookswitch/api/registrations/memory-binding-store';
import { bindingStoreContract } from '../binding-store.contract.js';

bindingStoreContract('memory', async (clock) => createMemoryBindingStore(clock));
