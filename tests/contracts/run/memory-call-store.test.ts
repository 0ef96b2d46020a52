import { GatheredCalls } from '@hookswitch/api/call-records/gathered-calls';
import { MemoryCallStore } from '@hookswitch/api/call-records/memory-call-store';
import { systemClock } from '@hookswitch/kernel/clock';
import { callStoreContract } from '../call-store.contract.js';

callStoreContract('memory', async (settings) => new MemoryCallStore(settings));
callStoreContract(
  'memory, changes gathered',
  async (settings) => new GatheredCalls(new MemoryCallStore(settings), systemClock, 1),
);
