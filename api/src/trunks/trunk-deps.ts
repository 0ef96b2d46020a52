import type { Clock } from '@hookswitch/kernel/clock';
import type { NewId } from '@hookswitch/kernel/ids';
import type { TrunkRegistrationStore } from '../registrations/trunk-registration-store.js';
import type { SecretBox } from '../secrets/index.js';
import type { Filter, TenantRecord } from '../store/tenant-collection.js';
import type { TrunkStore } from './trunk.js';

/** What the trunk use cases need. */
export interface TrunkDeps {
  readonly trunks: TrunkStore;
  /** Numbers, which may name a trunk. */
  readonly numbers: { count(accountId: string, where: Filter<{ readonly trunkId?: string }>): Promise<number> };
  /** Phones: a trunk's digest user name must be none of theirs. */
  readonly endpoints: {
    readonly acrossAccounts: {
      findOne(where: Filter<{ readonly username: string }>): Promise<TenantRecord | undefined>;
    };
  };
  readonly registrations: Pick<TrunkRegistrationStore, 'list'>;
  readonly secretBox: SecretBox;
  readonly clock: Clock;
  readonly newId: NewId;
}
