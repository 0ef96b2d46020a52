import type { Clock } from '@hookswitch/kernel/clock';
import type { Logger } from '@hookswitch/kernel/logger';
import type { SecretBox } from '../../secrets/index.js';
import type { ActiveCall } from '../active-call.js';
import type { LiveCallRegistry } from '../live-call-registry.js';
import { type KeptCall, keptCallOf, readKeptCall, writeKeptCall } from './kept-call.js';
import { type KeptCallStore, type KeptEntry, type KeptKey, type KeptState, keptMs } from './kept-call-store.js';

/** What came of all calls within so long is one write, milliseconds. A process that is killed forgets no more than this. */
const gatherMs = 50;
/** A call that nobody has answered for so long, twice as long at most, is kept as one that rings, milliseconds. */
const ringsMs = 200;
/** A write that failed is tried again after so long, milliseconds. */
const againAfterMs = 1000;
/** A process that has lived so long was not killed by a call that it took over, milliseconds. */
const provenAfterMs = 30_000;

export interface KeepCallsSettings {
  readonly store: KeptCallStore;
  readonly secretBox: SecretBox;
  readonly nodeId: string;
  /** Unlike that of any other process. */
  readonly owner: string;
  readonly registry: LiveCallRegistry;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Another process has taken this node over: its calls are not ours any more, and whatever we did to them now would be wrong. */
  readonly onTakenOver: () => void;
}

/** A call that an earlier process of this node kept. */
export interface FormerCall extends KeptKey {
  /** How often processes began to go on with it, this one included. */
  readonly tries: number;
  /** Undefined where it cannot be read. */
  readonly kept: KeptCall | undefined;
}

/** Keeps what a later process of this node needs to go on with its answered calls, and to end those that ring. Written behind: no call waits for it. */
export class KeepCalls {
  readonly #settings: KeepCallsSettings;
  readonly #changed = new Set<ActiveCall>();
  readonly #dropped = new Map<string, KeptKey>();
  readonly #stored = new Set<ActiveCall>();
  /** Nobody has answered them yet, and nothing is kept of them: those that were so a moment ago, and those since then. */
  #ringing = new Set<ActiveCall>();
  #fresh = new Set<ActiveCall>();
  /** How often calls that were taken over had been tried, until this process has lived with them for a while. */
  readonly #tries = new Map<string, number>();
  #cancelWrite: (() => void) | undefined;
  #cancelLook: (() => void) | undefined;
  #cancelProlong = () => {};
  #cancelProven = () => {};
  #writing: Promise<void> = Promise.resolve();
  #state: 'keeping' | 'closed' | 'taken' = 'keeping';

  constructor(settings: KeepCallsSettings) {
    this.#settings = settings;
  }

  /** Begins to keep, and answers what an earlier process of this node kept. From now on that one writes nothing more. */
  async takeOver(): Promise<readonly FormerCall[]> {
    const { store, nodeId, owner, clock } = this.#settings;
    const entries = await store.takeOver(nodeId, owner);
    this.#prolongLater();
    for (const { callId, tries } of entries) this.#tries.set(callId, tries);
    this.#cancelProven = clock.after(provenAfterMs, () => this.#proven());
    return entries.map(({ accountId, callId, tries, sealed }) => ({
      accountId,
      callId,
      tries,
      kept: this.#open({ accountId, callId }, sealed),
    }));
  }

  /** Keeps this call from its answer to its end. `known`: an earlier process has kept it. */
  follow(active: ActiveCall, known = false): void {
    const changed = () => this.changed(active);
    active.leg.events.on('snapshotChanged', changed);
    active.whenItTalks(changed);
    active.leg.events.once('ended', () => {
      this.#changed.delete(active);
      this.#ringing.delete(active);
      this.#fresh.delete(active);
      if (this.#stored.delete(active)) this.drop(keyOf(active));
    });
    if (known) this.#stored.add(active);
    else {
      this.#fresh.add(active);
      this.#lookLater();
    }
  }

  /** What is to be kept of that call may be another than before. */
  changed(active: ActiveCall): void {
    if (active.leg.status !== 'answered') return;
    this.#changed.add(active);
    this.#writeLater(gatherMs);
  }

  /** Forgets what is kept of that call. */
  drop(key: KeptKey): void {
    this.#tries.delete(key.callId);
    this.#dropped.set(key.callId, key);
    this.#writeLater(gatherMs);
  }

  /** Writes what is left. After the last call. */
  async close(): Promise<void> {
    this.#cancelProven();
    this.#cancelLook?.();
    this.#cancelWrite?.();
    await this.#writing;
    this.#cancelProlong();
    if (this.#state === 'keeping' && this.#changed.size + this.#dropped.size > 0) await this.#write();
    this.#state = 'closed';
    this.#cancelWrite?.();
  }

  /** Most calls are answered at once: what ends one that is not is kept only of those that ring for a while. */
  #lookLater(): void {
    this.#cancelLook ??= this.#settings.clock.after(ringsMs, () => {
      this.#cancelLook = undefined;
      const still = [...this.#ringing].filter(({ leg }) => leg.status !== 'answered');
      for (const one of still) this.#changed.add(one);
      if (still.length > 0) this.#writeLater(0);
      this.#ringing = this.#fresh;
      this.#fresh = new Set();
      if (this.#ringing.size > 0) this.#lookLater();
    });
  }

  #writeLater(afterMs: number): void {
    if (this.#cancelWrite || this.#state !== 'keeping') return;
    this.#cancelWrite = this.#settings.clock.after(afterMs, () => {
      this.#cancelWrite = undefined;
      this.#writing = this.#writing.then(() => this.#write());
    });
  }

  #prolongLater(): void {
    this.#cancelProlong = this.#settings.clock.after(keptMs / 3, () => {
      this.#writing = this.#writing.then(() => this.#prolong()).finally(() => this.#prolongLater());
    });
  }

  async #prolong(): Promise<void> {
    const { store, nodeId, owner, logger } = this.#settings;
    try {
      this.#learn(await store.prolong(nodeId, owner));
    } catch (error) {
      logger.warn({ err: error }, 'What is kept of the calls of this node could not be prolonged.');
    }
  }

  async #write(): Promise<void> {
    const { store, nodeId, owner, logger } = this.#settings;
    if (this.#state !== 'keeping') return;
    const changed = this.#withPartners([...this.#changed]);
    const drop = [...this.#dropped.values()];
    this.#changed.clear();
    this.#dropped.clear();
    const put = changed.flatMap((active) => this.#entryOf(active) ?? []);
    if (put.length + drop.length === 0) return;
    try {
      const state = await store.write(nodeId, owner, { put, drop });
      for (const active of changed) this.#isStored(active);
      this.#learn(state);
    } catch (error) {
      logger.warn({ err: error, calls: put.length }, 'What a later process needs of calls was not kept; trying again.');
      for (const active of changed) if (active.leg.status !== 'ended') this.#changed.add(active);
      for (const key of drop) if (!this.#dropped.has(key.callId)) this.#dropped.set(key.callId, key);
      this.#writeLater(againAfterMs);
    }
  }

  #isStored(active: ActiveCall): void {
    if (active.leg.status !== 'ended') this.#stored.add(active);
    else this.drop(keyOf(active)); // it ended while it was written
  }

  #learn(state: KeptState): void {
    if (state === 'kept') return;
    if (state === 'taken') {
      this.#state = 'taken';
      this.#settings.onTakenOver();
      return;
    }
    // The store lost its data: all is kept anew.
    for (const active of this.#stored) this.#changed.add(active);
    if (this.#changed.size > 0) this.#writeLater(gatherMs);
  }

  /** Whom a call talks to now is told to both, also where only one of them has noticed. */
  #withPartners(changed: readonly ActiveCall[]): readonly ActiveCall[] {
    const all = new Set(changed);
    for (const { talk, leg } of changed) {
      const partner = talk?.otherThan(leg);
      const other = partner && this.#settings.registry.get(partner.id);
      if (other) all.add(other);
    }
    return [...all];
  }

  #entryOf(active: ActiveCall): KeptEntry | undefined {
    const kept = keptCallOf(active);
    const text = kept && writeKeptCall(kept);
    if (!text) return undefined;
    const key = keyOf(active);
    const sealed = this.#settings.secretBox.seal(text, contextOf(key));
    return { ...key, tries: this.#tries.get(key.callId) ?? 0, sealed };
  }

  #open(key: KeptKey, sealed: string): KeptCall | undefined {
    const { secretBox, logger } = this.#settings;
    try {
      return readKeptCall(secretBox.open(sealed, contextOf(key)));
    } catch (error) {
      logger.error({ err: error, ...key }, 'What was kept of a call cannot be read; the call ends.');
      return undefined;
    }
  }

  #proven(): void {
    if (this.#tries.size === 0) return;
    this.#tries.clear();
    for (const active of this.#stored) this.changed(active);
  }
}

function keyOf({ accountId, id: callId }: ActiveCall): KeptKey {
  return { accountId, callId };
}

function contextOf({ accountId, callId }: KeptKey): string {
  return `kept call ${accountId}/${callId}`;
}
