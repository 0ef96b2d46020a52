import type { Clock } from '@hookswitch/kernel/clock';
import type { NewId } from '@hookswitch/kernel/ids';
import type { Random } from '@hookswitch/kernel/random';
import type { ApplicationStore } from '../applications/index.js';
import type { BindingStore } from '../registrations/binding-store.js';
import type { SecretBox } from '../secrets/index.js';
import type { Filter, TenantRecord } from '../store/tenant-collection.js';
import type { EndpointStore } from './endpoint.js';

/** What the endpoint use cases need. */
export interface EndpointDeps {
  readonly endpoints: EndpointStore;
  readonly applications: Pick<ApplicationStore, 'get'>;
  /** Trunks: a phone's user name must be none of theirs. */
  readonly trunks: {
    readonly acrossAccounts: {
      findOne(where: Filter<{ readonly inboundUsername?: string }>): Promise<TenantRecord | undefined>;
    };
  };
  /** Registrations, which end with their endpoint. */
  readonly bindings: Pick<BindingStore, 'list' | 'remove'>;
  readonly secretBox: SecretBox;
  readonly clock: Clock;
  readonly random: Random;
  readonly newId: NewId;
}
