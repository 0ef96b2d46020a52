import { MongoCallStore } from '@hookswitch/api/call-records/mongo-call-store';
import { MongoTimelineStore } from '@hookswitch/api/call-records/timeline/mongo-timeline-store';
import { MongoContactStore } from '@hookswitch/api/contacts/index';
import { MongoEventStore } from '@hookswitch/api/events/index';
import { RedisFailureCounter } from '@hookswitch/api/failed-attempts/redis-failure-counter';
import { MongoFlowCounts } from '@hookswitch/api/flows/index';
import { RedisIdempotencyStore } from '@hookswitch/api/http/redis-idempotency-store';
import { createRedisBindingStore } from '@hookswitch/api/registrations/redis-binding-store';
import { createRedisTrunkRegistrationStore } from '@hookswitch/api/registrations/redis-trunk-registration-store';
import { MongoMigrationLedger } from '@hookswitch/api/store/mongo-migration-ledger';
import { MongoTenantCollection } from '@hookswitch/api/store/mongo-tenant-collection';
import { RedisUsageCounter } from '@hookswitch/api/usage/index';
import { MongoDeliveryStore } from '@hookswitch/api/webhooks/index';
import type { Clock } from '@hookswitch/kernel/clock';
import type { NewId } from '@hookswitch/kernel/ids';
import type { Logger } from '@hookswitch/kernel/logger';
import type { Redis } from 'ioredis';
import type { Connection } from 'mongoose';
import type { Stores } from './stores.js';

export interface ServerStoresDeps {
  readonly mongo: Connection;
  readonly redis: Redis;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly logger: Logger;
  readonly idempotencyKeepMs: number;
  readonly timelineRetentionDays: number;
}

/** Durable things in MongoDB; leases and idempotent answers in Redis. */
export function createServerStores(deps: ServerStoresDeps): Stores {
  const { mongo, redis, clock, newId, logger } = deps;
  const prepared: { prepare(): Promise<void> }[] = [];
  const keep = <Store extends { prepare(): Promise<void> }>(store: Store): Store => {
    prepared.push(store);
    return store;
  };
  return {
    collection: (definition) => keep(new MongoTenantCollection(mongo, definition)),
    calls: (settings) => keep(new MongoCallStore(mongo, settings)),
    contacts: (settings) => keep(new MongoContactStore(mongo, settings)),
    timeline: keep(new MongoTimelineStore(mongo, { retentionDays: deps.timelineRetentionDays })),
    events: keep(new MongoEventStore(mongo)),
    deliveries: keep(new MongoDeliveryStore(mongo)),
    flowCounts: keep(new MongoFlowCounts(mongo)),
    idempotency: new RedisIdempotencyStore(redis, { clock, newId, keepMs: deps.idempotencyKeepMs }),
    authenticationFailures: new RedisFailureCounter(redis),
    bindings: createRedisBindingStore(redis, clock),
    trunkRegistrations: createRedisTrunkRegistrationStore(redis, clock),
    ledger: new MongoMigrationLedger(mongo, clock),
    usage: new RedisUsageCounter({ redis, clock, logger }),
    async prepare() {
      await Promise.all(prepared.map((store) => store.prepare()));
    },
  };
}
