import type { Clock } from '@hookswitch/kernel/clock';
import type { NewId } from '@hookswitch/kernel/ids';
import type { RoleStore } from './role.js';

/** What the role use cases need. */
export interface RoleDeps {
  readonly roles: RoleStore;
  /** Who has roles: one that somebody has cannot be deleted. */
  readonly roleHolders: { count(accountId: string, where: { readonly role: string }): Promise<number> };
  readonly clock: Clock;
  readonly newId: NewId;
}
