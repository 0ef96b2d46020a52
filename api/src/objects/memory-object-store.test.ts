import { MemoryObjectStore } from './memory-object-store.js';
import { objectStoreContract } from './object-store-contract.fixture.js';

objectStoreContract('memory', async () => new MemoryObjectStore());
