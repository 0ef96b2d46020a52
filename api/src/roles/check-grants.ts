import { checkGrant } from '../accounts/index.js';
import type { Grants, Principal } from '../operation/principal.js';

/**
 * Nobody gives more than they have: neither by a role, nor by giving somebody a role. What one has for one's own things one may give for theirs.
 * @throws ScopeNotGrantableError
 */
export function checkGrants(granter: Principal, grants: Grants): void {
  const own = granter.kind === 'agent' ? granter.ownScopes : [];
  checkGrant(granter, grants.scopes);
  checkGrant({ scopes: [...granter.scopes, ...own] }, grants.ownScopes);
}
