import type { Account } from '../accounts/account.js';
import type { Scope } from '../accounts/api-key.js';
import type { KeyPrincipal } from '../accounts/authenticate.js';

/** Who asks: a program with an API key, or an agent who logged in. */
export type Principal = KeyPrincipal | AgentPrincipal;

/** What a role lets an agent do. */
export interface Grants {
  /** For everything of the account. */
  readonly scopes: readonly Scope[];
  /** For what is the agent's own only: operations that are marked with `own` in their file. */
  readonly ownScopes: readonly Scope[];
}

/** An agent with a session, and what its role grants. */
export interface AgentPrincipal extends Grants {
  readonly kind: 'agent';
  /** The agent's account: agents act for no other. */
  readonly account: Account;
  readonly agent: { readonly id: string; readonly skillGroupIds: readonly string[] };
  readonly sessionId: string;
}

/** The id under which what was done is noted: the key's or the agent's. */
export function principalId(principal: Principal): string {
  return principal.kind === 'key' ? principal.key.id : principal.agent.id;
}
