import type { CallStore } from '@hookswitch/api/call-records/call-store';
import type { CallStoreSettings } from '@hookswitch/api/call-records/memory-call-store';
import type { TimelineStore } from '@hookswitch/api/call-records/timeline/call-timeline';
import type { ContactStore, ContactStoreSettings } from '@hookswitch/api/contacts/index';
import type { EventStore } from '@hookswitch/api/events/index';
import type { FailureCounter } from '@hookswitch/api/failed-attempts/failure-counter';
import type { FlowCounts } from '@hookswitch/api/flows/index';
import type { IdempotencyStore } from '@hookswitch/api/http/idempotency-store';
import type { BindingStore, TrunkRegistrationStore } from '@hookswitch/api/registrations/index';
import type { MigrationLedger } from '@hookswitch/api/store/migrations';
import type { CollectionDefinition, TenantCollection, TenantRecord } from '@hookswitch/api/store/tenant-collection';
import type { UsageCounter } from '@hookswitch/api/usage/index';
import type { DeliveryStore } from '@hookswitch/api/webhooks/index';

/** Everything that is kept: in MongoDB and Redis on a server, in memory in the simulation. */
export interface Stores {
  collection<T extends TenantRecord>(definition: CollectionDefinition<T>): TenantCollection<T>;
  calls(settings: CallStoreSettings): CallStore;
  contacts(settings: ContactStoreSettings): ContactStore;
  readonly timeline: TimelineStore;
  readonly events: EventStore;
  readonly deliveries: DeliveryStore;
  readonly flowCounts: FlowCounts;
  readonly idempotency: IdempotencyStore;
  readonly authenticationFailures: FailureCounter;
  readonly bindings: BindingStore;
  readonly trunkRegistrations: TrunkRegistrationStore;
  readonly ledger: MigrationLedger;
  readonly usage: UsageCounter;
  /** Makes the indexes of every store that was asked for. Once, after composition. */
  prepare(): Promise<void>;
}
