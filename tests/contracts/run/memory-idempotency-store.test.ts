import { MemoryIdempotencyStore } from '@hookswitch/api/http/memory-idempotency-store';
import { idempotencyStoreContract } from '../idempotency-store.contract.js';

idempotencyStoreContract('memory', async ({ clock, keepMs }) => new MemoryIdempotencyStore(clock, keepMs));
