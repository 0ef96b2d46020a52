import type { CollectionDefinition, TenantCollection, TenantRecord } from '../store/tenant-collection.js';

/** A token with which a program of the account's logs an agent in. Its id is the SHA-256 of the token. */
export interface AgentToken extends TenantRecord {
  readonly agentId: string;
  readonly expiresAt: number;
}

export type AgentTokenStore = TenantCollection<AgentToken>;

export const agentTokenCollection: CollectionDefinition<AgentToken> = {
  name: 'agentTokens',
  indexes: [['agentId']],
};

export const agentTokenMs = 600_000;
/** So many unused tokens an agent has at most; the oldest goes first. */
export const mostAgentTokens = 20;
