import { type Clock, pause } from '@hookswitch/kernel/clock';
import type { Logger } from '@hookswitch/kernel/logger';
import { DuplicateRecordError, StaleRecordError } from '../../store/tenant-collection.js';
import { timestamp } from '../../store/timestamp.js';
import type { CentreWitness } from '../dispatch/route-account.js';
import type { LiveCentre, LiveCentreStore, LiveChange, LivePosition } from '../live-centre-store.js';
import type { LiveAgent } from '../live-records.js';
import {
  type StatusChangeStore,
  type StatusCursorStore,
  statusChangeId,
  statusChangeRecord,
} from './status-change-record.js';

export interface StatusHistorySettings {
  readonly store: LiveCentreStore;
  readonly changes: StatusChangeStore;
  readonly cursors: StatusCursorStore;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Told after a change was kept: its event can be relayed. */
  readonly onKept: (agentId: string) => void;
}

const retryMs = 1000;
/** Sequences of so many agents are remembered. */
const mostRemembered = 50_000;

interface Waiting {
  readonly agents: LiveAgent[];
  upTo: LivePosition;
}

/**
 * Keeps every change of every agent's status, in order, once: from the numbered commits of the live state, with a mark of how far it came, so that a process
 * that takes over goes on where the last one died. What happened while more commits passed than the store keeps, or was lost with the store's data, shows only as the last change of each agent.
 */
export class StatusHistory implements CentreWitness {
  readonly #settings: StatusHistorySettings;
  /** What is to be written, by account. */
  readonly #waiting = new Map<string, Waiting>();
  readonly #busy = new Map<string, Promise<void>>();
  readonly #sequences = new Map<string, number>();
  readonly #seen = new Map<string, string>();
  readonly #stopping = new AbortController();

  constructor(settings: StatusHistorySettings) {
    this.#settings = settings;
  }

  loaded(accountId: string, centre: LiveCentre): void {
    this.#waiting.delete(accountId);
    this.#run(accountId, () => this.#catchUp(accountId, centre));
  }

  changed(change: LiveChange): void {
    const agents = agentsOf(change).filter((agent) => this.#isNew(agent));
    if (agents.length === 0) return;
    const { accountId } = change;
    const known = this.#waiting.get(accountId);
    if (known) {
      known.agents.push(...agents);
      known.upTo = change;
      return;
    }
    this.#waiting.set(accountId, { agents, upTo: change });
    let due: Waiting | undefined;
    this.#run(accountId, async () => {
      // Taken once: what comes meanwhile is written by the next run.
      due ??= this.#take(accountId);
      if (due) await this.#write(accountId, due.agents, due.upTo);
    });
  }

  #take(accountId: string): Waiting | undefined {
    const due = this.#waiting.get(accountId);
    this.#waiting.delete(accountId);
    return due;
  }

  /** Resolves when all that was heard is written. */
  async settled(): Promise<void> {
    while (this.#busy.size > 0) await Promise.all(this.#busy.values());
  }

  /** What cannot be written soon is left to whoever routes the account next. */
  async stop(): Promise<void> {
    const { clock } = this.#settings;
    await Promise.race([this.settled(), pause(clock, 2 * retryMs)]);
    this.#stopping.abort();
    await this.settled();
  }

  /** One after another for each account, each until it succeeds. */
  #run(accountId: string, work: () => Promise<void>): void {
    const { clock, logger } = this.#settings;
    const before = this.#busy.get(accountId) ?? Promise.resolve();
    const run = before
      .then(async () => {
        while (!this.#stopping.signal.aborted) {
          try {
            return await work();
          } catch (error) {
            logger.warn({ err: error, accountId }, 'the status history could not be written; trying again');
            await pause(clock, retryMs, this.#stopping.signal);
          }
        }
      })
      .finally(() => {
        if (this.#busy.get(accountId) === run) this.#busy.delete(accountId);
      });
    this.#busy.set(accountId, run);
  }

  async #catchUp(accountId: string, centre: LiveCentre): Promise<void> {
    const { cursors, store } = this.#settings;
    const cursor = await cursors.get(accountId, accountId);
    const missed = await store.changesAfter(accountId, cursor ?? { epoch: '', sequence: 0 });
    const upTo = missed?.at(-1) ?? centre;
    const agents = missed ? missed.flatMap(agentsOf) : [...centre.agents];
    await this.#write(accountId, agents.filter(hasChanged), upTo);
  }

  async #write(accountId: string, agents: readonly LiveAgent[], upTo: LivePosition): Promise<void> {
    for (const agent of agents) await this.#keep(agent);
    await this.#moveCursor(accountId, upTo);
  }

  async #keep(agent: LiveAgent): Promise<void> {
    const { changes, onKept } = this.#settings;
    for (;;) {
      const sequence = (this.#sequences.get(agent.id) ?? (await this.#lastSequence(agent))) + 1;
      try {
        await changes.insert(statusChangeRecord(agent, sequence));
      } catch (error) {
        if (!(error instanceof DuplicateRecordError)) throw error;
        this.#sequences.delete(agent.id);
        // Another process, or this one before, kept this change; or another one has this number: then the next is tried.
        if (error.rule !== 'sequence' || (await this.#isKept(agent))) return;
        continue;
      }
      if (this.#sequences.size >= mostRemembered) this.#sequences.clear();
      this.#sequences.set(agent.id, sequence);
      return onKept(agent.id);
    }
  }

  async #isKept(agent: LiveAgent): Promise<boolean> {
    const id = statusChangeId(agent, agent.lastChange);
    return (await this.#settings.changes.get(agent.accountId, id)) !== undefined;
  }

  async #lastSequence({ accountId, id }: LiveAgent): Promise<number> {
    const page = await this.#settings.changes.list(accountId, { where: { agentId: id }, limit: 1 });
    return page.items[0]?.sequence ?? 0;
  }

  async #moveCursor(accountId: string, { epoch, sequence }: LivePosition): Promise<void> {
    const { cursors, clock } = this.#settings;
    const at = timestamp(clock);
    try {
      const cursor = await cursors.get(accountId, accountId);
      if (cursor) await cursors.replace({ ...cursor, epoch, sequence, updatedAt: at });
      else
        await cursors.insert({
          id: accountId,
          accountId,
          revision: 1,
          createdAt: at,
          updatedAt: at,
          epoch,
          sequence,
        });
    } catch (error) {
      // Another process is further, or will be: what it writes again changes nothing.
      if (!(error instanceof StaleRecordError || error instanceof DuplicateRecordError)) throw error;
    }
  }

  #isNew(agent: LiveAgent): boolean {
    if (!hasChanged(agent)) return false;
    const id = statusChangeId(agent, agent.lastChange);
    if (this.#seen.get(agent.id) === id) return false;
    if (this.#seen.size >= mostRemembered) this.#seen.clear();
    this.#seen.set(agent.id, id);
    return true;
  }
}

function hasChanged({ lastChange }: LiveAgent): boolean {
  return lastChange.number > 0;
}

function agentsOf({ records }: LiveChange): LiveAgent[] {
  return records.flatMap(({ record }) => (record?.kind === 'agent' ? [record] : []));
}
