import type { Account } from '../accounts/account.js';
import type { ApiKey, KeyPrincipal } from '../accounts/index.js';
import type { Agent } from '../agents/agent.js';
import type { Grants } from '../roles/role.js';

/** Who asks: a program with an API key, or an agent who logged in. */
export type Principal = KeyPrincipal | AgentPrincipal;

/** An agent with a session, and what its role grants. */
export interface AgentPrincipal extends Grants {
  readonly kind: 'agent';
  /** The agent's account: agents act for no other. */
  readonly account: Account;
  readonly agent: Agent;
  readonly sessionId: string;
}

export type { ApiKey, KeyPrincipal };

/** The id under which what was done is noted: the key's or the agent's. */
export function principalId(principal: Principal): string {
  return principal.kind === 'key' ? principal.key.id : principal.agent.id;
}
