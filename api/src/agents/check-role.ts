import type { Principal } from '../operation/principal.js';
import { InvalidRequestError } from '../operation/request-errors.js';
import { checkGrants, findRole } from '../roles/index.js';
import type { AgentDeps } from './agent-deps.js';

/** @throws InvalidRequestError where there is no such role; ScopeNotGrantableError where it may do more than who gives it */
export async function checkRole(
  { roles }: { readonly roles: Pick<AgentDeps['roles'], 'get'> },
  granter: Principal,
  accountId: string,
  id: string,
): Promise<void> {
  const role = await findRole(roles, accountId, id);
  if (!role)
    throw new InvalidRequestError([
      { pointer: '/role', message: `must be admin, supervisor, agent, or the id of one of the account's roles` },
    ]);
  checkGrants(granter, role);
}
