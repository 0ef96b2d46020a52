import { MemoryCallStore } from '@hookswitch/api/calls/memory-call-store';
import { callStoreContract } from '../call-store.contract.js';

callStoreContract('memory', async (settings) => new MemoryCallStore(settings));
