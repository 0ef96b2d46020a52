import type { Call } from '@hookswitch/api/call-records/index';
import { MemoryCallStore } from '@hookswitch/api/call-records/memory-call-store';
import { MemoryTimelineStore } from '@hookswitch/api/call-records/timeline/memory-timeline-store';
import { type Contact, MemoryContactStore } from '@hookswitch/api/contacts/index';
import { MemoryEventStore } from '@hookswitch/api/events/index';
import { MemoryFailureCounter } from '@hookswitch/api/failed-attempts/memory-failure-counter';
import { MemoryFlowCounts } from '@hookswitch/api/flows/index';
import { MemoryIdempotencyStore } from '@hookswitch/api/http/memory-idempotency-store';
import { createMemoryBindingStore } from '@hookswitch/api/registrations/memory-binding-store';
import { createMemoryTrunkRegistrationStore } from '@hookswitch/api/registrations/memory-trunk-registration-store';
import { MemoryMigrationLedger } from '@hookswitch/api/store/memory-migration-ledger';
import { MemoryTenantCollection } from '@hookswitch/api/store/memory-tenant-collection';
import { MemoryUsageCounter } from '@hookswitch/api/usage/index';
import { MemoryDeliveryStore } from '@hookswitch/api/webhooks/index';
import type { Clock } from '@hookswitch/kernel/clock';
import type { Stores } from './stores.js';

/** Stores in this process's memory. One instance may stand for the databases of several processes of a simulated installation. */
export function createMemoryStores(clock: Clock): Stores {
  const collections = new Map<string, unknown>();
  const calls = new Map<string, Call>();
  const contacts = new Map<string, Contact>();
  return {
    collection(definition) {
      if (!collections.has(definition.name)) collections.set(definition.name, new MemoryTenantCollection(definition));
      return collections.get(definition.name) as MemoryTenantCollection<never>;
    },
    calls: (settings) => new MemoryCallStore(settings, calls),
    contacts: (settings) => new MemoryContactStore(settings, contacts),
    timeline: new MemoryTimelineStore(),
    events: new MemoryEventStore(),
    deliveries: new MemoryDeliveryStore(),
    flowCounts: new MemoryFlowCounts(),
    idempotency: new MemoryIdempotencyStore(clock, 86_400_000),
    authenticationFailures: new MemoryFailureCounter(clock),
    bindings: createMemoryBindingStore(clock),
    trunkRegistrations: createMemoryTrunkRegistrationStore(clock),
    ledger: new MemoryMigrationLedger(clock),
    usage: new MemoryUsageCounter(),
    prepare: async () => {},
  };
}
