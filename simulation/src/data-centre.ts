import { MemoryLiveCentreStore, MemoryRoutingLease } from '@hookswitch/api/acd/index';
import type { CallEvent } from '@hookswitch/api/call-records/index';
import { MemoryKeptCallStore } from '@hookswitch/api/calls/index';
import { MemoryConferenceClaims } from '@hookswitch/api/conferences/index';
import { MemoryEventStreams } from '@hookswitch/api/event-streams/index';
import { type CommandChannel, MemoryCommandChannel, MemoryNodeLeases } from '@hookswitch/api/nodes/index';
import { MemoryObjectStore } from '@hookswitch/api/objects/index';
import { MemorySkillGroupNews } from '@hookswitch/api/skill-groups/index';
import type { StoredEvent } from '@hookswitch/api/webhooks/index';
import type { Clock } from '@hookswitch/kernel/clock';
import { createMemoryStores } from '@hookswitch/platform/compose/memory-stores';
import type { Stores } from '@hookswitch/platform/compose/stores';
import { SimulatedDisk } from './simulated-disk.js';

/** What outlives every process of a simulated installation: databases, leases, the disk, the object store. */
export class DataCentre {
  readonly stores: Stores;
  readonly leases: MemoryNodeLeases;
  readonly keptCalls: MemoryKeptCallStore;
  readonly liveCentre = new MemoryLiveCentreStore();
  readonly eventStreams = new MemoryEventStreams();
  readonly clientLeases: MemoryNodeLeases;
  readonly routingLease: MemoryRoutingLease;
  readonly conferenceClaims: MemoryConferenceClaims;
  readonly skillGroupNews = new MemorySkillGroupNews();
  readonly disk = new SimulatedDisk();
  readonly objects = new MemoryObjectStore();
  /** Every event that was pushed onto a call, by call. */
  readonly pushed = new Map<string, CallEvent[]>();
  /** Every event given to the event store, by id, with how often its content changed. */
  readonly relayed = new Map<string, { readonly payload: string; changed: number }>();
  /** When the first and the last event of each call were pushed, by the world's clock. */
  readonly lived = new Map<string, { readonly from: number; readonly to: number }>();
  readonly #clock: Clock;
  readonly #commands: MemoryCommandChannel;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.stores = createMemoryStores(clock);
    this.leases = new MemoryNodeLeases(clock);
    this.keptCalls = new MemoryKeptCallStore(clock);
    this.clientLeases = new MemoryNodeLeases(clock);
    this.conferenceClaims = new MemoryConferenceClaims(clock);
    this.routingLease = new MemoryRoutingLease(clock);
    this.#commands = new MemoryCommandChannel({ clock });
  }

  get commands(): CommandChannel {
    return this.#commands;
  }

  noteEvents(callId: string, events: readonly CallEvent[]): void {
    this.pushed.set(callId, [...(this.pushed.get(callId) ?? []), ...events]);
    const to = this.#clock.now();
    this.lived.set(callId, { from: this.lived.get(callId)?.from ?? to, to });
  }

  noteRelayed(events: readonly StoredEvent[]): void {
    for (const { id, payload } of events) {
      const known = this.relayed.get(id);
      if (!known) this.relayed.set(id, { payload, changed: 0 });
      else if (known.payload !== payload) known.changed++;
    }
  }
}
