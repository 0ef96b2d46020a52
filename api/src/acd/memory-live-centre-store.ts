import { randomUUID } from 'node:crypto';
import {
  type CommitResult,
  isNext,
  type LiveCentre,
  type LiveCentreStore,
  type LiveChange,
  type LiveListener,
  type LivePosition,
  type LiveWrite,
  type RecordOf,
} from './live-centre-store.js';
import type { LiveKind, LiveRecord } from './live-records.js';
import { checkLiveId, writeTargets } from './live-write-checks.js';

/** As many commits are kept for those who come late. */
const keptChanges = 2000;

interface Centre {
  readonly epoch: string;
  sequence: number;
  readonly records: Map<string, LiveRecord>;
  readonly log: LiveChange[];
}

/** The live state in this process's memory. Changes are told after the commit that made them, never during it. */
export class MemoryLiveCentreStore implements LiveCentreStore {
  readonly #centres = new Map<string, Centre>();
  readonly #listeners = new Map<string, Set<LiveListener>>();
  readonly #accountListeners = new Set<(accountId: string) => void>();
  #untold: (() => void)[] = [];
  #interrupted = false;

  async load(accountId: string): Promise<LiveCentre> {
    const centre = this.#centres.get(checkLiveId(accountId));
    const records = [...(centre?.records.values() ?? [])];
    return {
      epoch: centre?.epoch ?? '',
      sequence: centre?.sequence ?? 0,
      agents: records.filter((record) => record.kind === 'agent'),
      entries: records.filter((record) => record.kind === 'entry'),
      offers: records.filter((record) => record.kind === 'offer'),
    };
  }

  async get<Kind extends LiveKind>(accountId: string, kind: Kind, id: string): Promise<RecordOf<Kind> | undefined> {
    const field = `${kind}:${checkLiveId(id)}`;
    return this.#centres.get(checkLiveId(accountId))?.records.get(field) as RecordOf<Kind> | undefined;
  }

  async commit(accountId: string, writes: readonly LiveWrite[]): Promise<CommitResult> {
    const targets = writeTargets(checkLiveId(accountId), writes);
    const known = this.#centres.get(accountId);
    const lost = targets.some(
      ({ kind, id, revision }) => (known?.records.get(`${kind}:${id}`)?.revision ?? 0) !== revision,
    );
    if (lost) return { committed: false };
    const centre = known ?? this.#begin(accountId);
    const records = writes.map((write) => store(centre, write));
    centre.sequence++;
    const change: LiveChange = { accountId, epoch: centre.epoch, sequence: centre.sequence, records };
    centre.log.push(change);
    if (centre.log.length > 2 * keptChanges) centre.log.splice(0, keptChanges);
    this.#tell(() => {
      for (const listener of [...(this.#listeners.get(accountId) ?? [])]) listener.changed(change);
    });
    return { committed: true, sequence: centre.sequence };
  }

  async changesAfter(accountId: string, position: LivePosition): Promise<readonly LiveChange[] | undefined> {
    const centre = this.#centres.get(checkLiveId(accountId));
    if (!centre || (centre.epoch === position.epoch && centre.sequence === position.sequence)) {
      return position.sequence === (centre?.sequence ?? 0) ? [] : undefined;
    }
    const from = centre.log.findIndex((change) => isNext(position, change));
    return from < 0 ? undefined : centre.log.slice(from);
  }

  async accounts(): Promise<readonly string[]> {
    return [...this.#centres.keys()];
  }

  async subscribeAccounts(listener: (accountId: string) => void): Promise<() => Promise<void>> {
    this.#accountListeners.add(listener);
    return async () => {
      this.#accountListeners.delete(listener);
    };
  }

  async subscribe(accountId: string, listener: LiveListener): Promise<() => Promise<void>> {
    const listeners = this.#listeners.get(checkLiveId(accountId)) ?? new Set();
    this.#listeners.set(accountId, listeners);
    // Of its own, so that one listener given twice is told twice.
    const own: LiveListener = {
      changed: (change) => listener.changed(change),
      reload: () => listener.reload(),
    };
    listeners.add(own);
    return async () => {
      listeners.delete(own);
    };
  }

  /** For tests and the simulation: everything is lost, as when a Redis restarts empty. */
  lose(): void {
    this.#centres.clear();
    this.#reloadAll();
  }

  /** For tests and the simulation: subscribers hear nothing of what happens meanwhile. */
  async interrupt(meanwhile: () => Promise<void>): Promise<void> {
    this.#interrupted = true;
    await meanwhile();
    this.#interrupted = false;
    this.#reloadAll();
  }

  #reloadAll(): void {
    this.#tell(() => {
      for (const listeners of this.#listeners.values()) for (const listener of [...listeners]) listener.reload();
    });
  }

  #begin(accountId: string): Centre {
    const centre: Centre = { epoch: randomUUID(), sequence: 0, records: new Map(), log: [] };
    this.#centres.set(accountId, centre);
    this.#tell(() => {
      for (const listener of [...this.#accountListeners]) listener(accountId);
    });
    return centre;
  }

  #tell(telling: () => void): void {
    if (this.#interrupted) return;
    if (this.#untold.push(telling) > 1) return;
    queueMicrotask(() => {
      const due = this.#untold;
      this.#untold = [];
      for (const tell of due) tell();
    });
  }
}

function store(centre: Centre, write: LiveWrite): LiveChange['records'][number] {
  if ('put' in write) {
    const record = { ...write.put, revision: write.put.revision + 1 };
    centre.records.set(`${record.kind}:${record.id}`, record);
    return { kind: record.kind, id: record.id, record };
  }
  const { kind, id } = write.remove;
  centre.records.delete(`${kind}:${id}`);
  return { kind, id };
}
