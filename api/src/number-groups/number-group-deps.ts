import type { Clock } from '@hookswitch/kernel/clock';
import type { NewId } from '@hookswitch/kernel/ids';
import type { Filter } from '../store/tenant-collection.js';
import type { NumberGroupStore } from './number-group.js';

/** What the use cases need. */
export interface NumberGroupDeps {
  readonly numberGroups: NumberGroupStore;
  /** What may be in a group. */
  readonly numbers: { count(accountId: string, where: Filter<{ readonly numberGroupId?: string }>): Promise<number> };
  readonly clock: Clock;
  readonly newId: NewId;
}
