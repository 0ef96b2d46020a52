import { createMemoryTrunkRegistrationStore } from '@hookswitch/api/registrations/memory-trunk-registration-store';
import { trunkRegistrationStoreContract } from '../trunk-registration-store.contract.js';

trunkRegistrationStoreContract('memory', async (clock) => createMemoryTrunkRegistrationStore(clock));
