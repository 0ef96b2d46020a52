import { MemoryEventStore } from '@hookswitch/api/events/index';
import { eventStoreContract } from '../event-store.contract.js';

eventStoreContract('memory', async () => new MemoryEventStore());
