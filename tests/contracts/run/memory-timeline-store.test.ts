import { MemoryTimelineStore } from '@hookswitch/api/call-records/timeline/memory-timeline-store';
import { timelineStoreContract } from '../timeline-store.contract.js';

timelineStoreContract('memory', async () => new MemoryTimelineStore());
