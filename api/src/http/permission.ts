import type { OperationEntry } from '@hookswitch/openapi/operations';
import { hasScope } from '../accounts/index.js';
import type { Principal } from '../operation/principal.js';
import { ScopeMissingError } from '../operation/request-errors.js';

/** What a request may be about. `onlyAgentId`: nothing but what is that agent's own. */
export interface Permission {
  readonly onlyAgentId: string | undefined;
}

/**
 * Whether the principal may use the operation, and for what. Pure.
 *
 * A scope of the key or the role allows it for everything of the account. A scope that the role has only for the agent's own things allows it where the operation says how to tell
 * what is the agent's own (`own` in its file): by the parameter `agentId`, which must be the agent, or by its handler.
 * @param named the request's parameter `agentId`, from the path or the query
 * @throws ScopeMissingError
 */
export function permissionOf(
  principal: Principal,
  entry: Pick<OperationEntry, 'scope' | 'own'>,
  named: unknown,
): Permission {
  const { scope, own } = entry;
  if (scope === null || hasScope(principal, scope)) return { onlyAgentId: undefined };
  if (principal.kind === 'agent' && own !== null && principal.ownScopes.includes(scope)) {
    const { id } = principal.agent;
    if (own === 'handler' || named === id) return { onlyAgentId: id };
    throw new ScopeMissingError(scope, 'Your role has it for yourself only.');
  }
  throw new ScopeMissingError(scope);
}
