import { MemoryUsageCounter } from '@hookswitch/api/usage/memory-usage-counter';
import { usageCounterContract } from '../usage-counter.contract.js';

usageCounterContract('memory', async () => ({
  usage: new MemoryUsageCounter(),
  accountId: 'AC1',
  counted: async () => undefined,
}));
