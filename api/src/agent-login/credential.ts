import type { CollectionDefinition, TenantCollection, TenantRecord } from '../store/tenant-collection.js';

/** What an agent logs in with. Its id is the agent's. */
export interface AgentCredential extends TenantRecord {
  /** See `hashPassword`. Absent: no password was ever made. */
  readonly passwordHash?: string;
  /** When the agent first logged in with its password, milliseconds since the epoch: only then does its phone count. */
  readonly firstLoginAt?: number;
}

export type CredentialStore = TenantCollection<AgentCredential>;

export const credentialCollection: CollectionDefinition<AgentCredential> = { name: 'agentCredentials' };
