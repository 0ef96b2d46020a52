import { MemoryFlowCounts } from '@hookswitch/api/flows/index';
import { flowCountsContract } from '../flow-counts.contract.js';

flowCountsContract('memory', async () => {
  const counts = new MemoryFlowCounts();
  return [counts, counts];
});
