import type { Schema } from '@hookswitch/openapi/operations';
import { type Agent, oneAgentView } from '../agents/index.js';
import { findRole, noGrants } from '../roles/index.js';
import type { AgentSession } from './agent-session.js';
import type { LoginDeps } from './login-deps.js';
import type { IssuedSession } from './sessions.js';

/** A session as users see it: without what opens it. */
export function sessionView(session: AgentSession): Schema<'AgentSession'> {
  const { id, accountId, agentId, by, createdAt, updatedAt, expiresAt } = session;
  return { id, accountId, agentId, loggedInBy: by, createdAt, refreshedAt: updatedAt, expiresAt: iso(expiresAt) };
}

/** What a client gets that logged in or refreshed: tokens, who it is, and what it may do. */
export async function grantView(
  deps: Pick<LoginDeps, 'skillGroups' | 'roles'>,
  { session, accessToken, accessExpiresAt, refreshToken, agent }: IssuedSession & { readonly agent: Agent },
): Promise<Schema<'AgentSessionGrant'>> {
  const { scopes, ownScopes } = (await findRole(deps.roles, agent.accountId, agent.role)) ?? noGrants;
  return {
    session: sessionView(session),
    accessToken,
    accessTokenExpiresAt: iso(accessExpiresAt),
    refreshToken,
    agent: await oneAgentView(deps, agent),
    scopes: [...scopes],
    ownScopes: [...ownScopes],
  };
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
