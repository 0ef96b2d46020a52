import type { CollectionDefinition, TenantCollection, TenantRecord } from '../store/tenant-collection.js';

export type LoggedInBy = 'password' | 'code' | 'token';

/** Why a session ended before its time. */
export type SessionEnd = 'loggedOut' | 'forcedOffline' | 'passwordChanged' | 'refreshTokenReused' | 'tooMany';

/** A log-in of an agent, kept up by refreshing. Tokens are random and stored as SHA-256 only. */
export interface AgentSession extends TenantRecord {
  readonly agentId: string;
  readonly by: LoggedInBy;
  /** The last access tokens: one stays good for its short time when the next is made. */
  readonly access: readonly { readonly hash: string; readonly expiresAt: number }[];
  readonly refreshHash: string;
  /** Refresh tokens that were given for the same used ones as the newest: to tabs that refreshed at once. The first of them all that is used uses up the others. */
  readonly twinHashes?: readonly string[];
  /** What the newest refresh token replaced, when, and for which address (hashed): a short time it may be shown once more from there. */
  readonly replaced?: { readonly hashes: readonly string[]; readonly at: number; readonly fromHash: string };
  /** Refresh tokens that were used, newest last: whoever shows one again later has it from somebody. */
  readonly spentRefreshHashes: readonly string[];
  /** Over then, unless refreshed. */
  readonly expiresAt: number;
  readonly ended?: { readonly because: SessionEnd; readonly at: number };
}

export type SessionStore = TenantCollection<AgentSession>;

export const sessionCollection: CollectionDefinition<AgentSession> = {
  name: 'agentSessions',
  indexes: [['agentId']],
};
