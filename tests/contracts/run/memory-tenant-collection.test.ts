import { MemoryTenantCollection } from '@hookswitch/api/store/memory-tenant-collection';
import { tenantCollectionContract } from '../tenant-collection.contract.js';

tenantCollectionContract('memory', async (definition) => new MemoryTenantCollection(definition));
