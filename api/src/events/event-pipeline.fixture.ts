import type { Clock } from '@hookswitch/kernel/clock';
import { idMaker } from '@hookswitch/kernel/ids';
import { silentLogger } from '@hookswitch/kernel/logger';
import { ManualClock } from '@hookswitch/kernel/manual-clock';
import { seededRandom } from '@hookswitch/kernel/random';
import type { NewCall } from '../call-records/call-store.js';
import { MemoryCallStore } from '../call-records/memory-call-store.js';
import { callOutbox } from '../calls/call-outbox.js';
import { type CdrRecord, cdrCollection, keepCdrs } from '../cdrs/index.js';
import { AesSecretBox, addSigningSecret } from '../secrets/index.js';
import { MemoryTenantCollection } from '../store/memory-tenant-collection.js';
import {
  createWebhooks,
  type DeliverySettings,
  MemoryDeliveryStore,
  ScriptedWebhookSender,
  type WebhookEndpoint,
  webhookEndpointCollection,
} from '../webhooks/index.js';
import { MemoryEventStore } from './memory-event-store.js';
import type { OutboxSource } from './outbox-source.js';
import { OutboxRelay } from './relay-outbox.js';

export const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;

/** The stores and receivers of one installation: what outlives a process. */
export function createWorld(seed = 1) {
  const clock = new ManualClock();
  const random = seededRandom(seed);
  const newId = idMaker(clock, random);
  const secretBox = new AesSecretBox([Buffer.alloc(32, 1)], random);
  const accountId = newId('AC');
  const world = {
    clock,
    random,
    newId,
    secretBox,
    accountId,
    calls: new MemoryCallStore({ clock, newId }),
    events: new MemoryEventStore(),
    deliveries: new MemoryDeliveryStore(),
    endpoints: new MemoryTenantCollection<WebhookEndpoint>(webhookEndpointCollection),
    cdrs: new MemoryTenantCollection<CdrRecord>(cdrCollection),
    sender: new ScriptedWebhookSender(clock),
    cdrPushUrls: [] as string[],
    async endpoint(url: string, more: Partial<WebhookEndpoint> = {}): Promise<WebhookEndpoint> {
      const id = newId('WH');
      const at = new Date(clock.now()).toISOString();
      const endpoint: WebhookEndpoint = {
        id,
        accountId,
        revision: 1,
        createdAt: at,
        updatedAt: at,
        url,
        description: '',
        events: null,
        status: 'enabled',
        disabledBecause: null,
        signature: 'v1',
        signingSecrets: addSigningSecret([], secret, { secretBox, clock, ownerId: id, overlapMs: 0 }),
        failingSince: null,
        pendingEvent: null,
        hasPendingEvent: false,
        ...more,
      };
      await world.endpoints.insert(endpoint);
      return endpoint;
    },
    newCall(more: Partial<NewCall> = {}): NewCall {
      return {
        id: newId('CA'),
        accountId,
        contactId: newId('CN'),
        direction: 'inbound',
        from: '+14155550100',
        to: '+14155550101',
        status: 'ringing',
        nodeId: 'node-1',
        scriptRevision: 0,
        createdAt: clock.now(),
        tags: {},
        recordingIds: [],
        ...more,
      };
    },
    /** What one URL was sent, as sequences, in order of arrival. */
    sequences(url: string, callId?: string): number[] {
      return world.sender.received
        .filter((one) => one.url.startsWith(url))
        .map((one) => JSON.parse(one.body) as { callId: string; sequence: number })
        .filter((data) => callId === undefined || data.callId === callId)
        .map((data) => data.sequence);
    },
  };
  return world;
}

export type World = ReturnType<typeof createWorld>;

/** Any store of the world may be replaced by one that fails. */
export type Stores = Pick<World, 'calls' | 'events' | 'deliveries' | 'endpoints' | 'cdrs'>;

let processes = 0;

/** One process with the workers role, on the stores of the world. */
export function startProcess(
  world: World,
  stores: Partial<Stores> = {},
  settings: Partial<DeliverySettings> = {},
  moreSources: readonly OutboxSource[] = [],
) {
  const { clock, random, newId, secretBox, sender } = world;
  const { calls, events, deliveries, endpoints, cdrs } = { ...world, ...stores };
  const timers: (() => void)[] = [];
  const webhooks = createWebhooks({
    endpoints,
    deliveries,
    events,
    callbackSecrets: async () => [secret],
    sender,
    secretBox,
    clock: clock as Clock,
    random,
    newId,
    logger: silentLogger,
    wakeLater: (lane, accountId, delayMs) => {
      timers.push(clock.after(delayMs, () => void webhooks.deliverDue(lane, accountId).catch(() => {})));
    },
    owner: `process-${++processes}`,
    settings,
  });
  const callEvents = callOutbox({
    calls,
    keepCdrs: (batch) => keepCdrs(cdrs, batch),
    cdrPushUrls: async () => world.cdrPushUrls,
  });
  const relay = new OutboxRelay({ sources: [callEvents, ...moreSources], events, webhooks, logger: silentLogger });
  return {
    webhooks,
    relay,
    /** Its timers never fire again. What it already asked of a store or receiver still happens, as with a process killed after sending. */
    kill: () => {
      for (const cancel of timers) cancel();
    },
  };
}
