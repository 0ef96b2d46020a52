import { silentLogger } from '@hookswitch/kernel/logger';
import { ManualClock } from '@hookswitch/kernel/manual-clock';
import { MemoryJobQueue } from '@hookswitch/workers/memory-job-queue';
import { jobQueueContract } from '../job-queue.contract.js';

jobQueueContract('memory', async () => {
  const clock = new ManualClock();
  return { queue: new MemoryJobQueue({ clock, logger: silentLogger }), pass: (ms) => clock.advanceAsync(ms) };
});
