import type { CollectionDefinition, TenantCollection } from '../store/tenant-collection.js';
import type { ApiKey } from './api-key.js';

export type ApiKeyStore = TenantCollection<ApiKey>;

export const apiKeyCollection: CollectionDefinition<ApiKey> = {
  name: 'apiKeys',
  unique: [{ name: 'secretHash', fields: ['secretHash'], within: 'installation' }],
};
