import type { Clock } from '@hookswitch/kernel/clock';
import type { Logger } from '@hookswitch/kernel/logger';
import {
  answerOffer,
  changeAgent,
  dayIn,
  type EntryDraft,
  endUnansweredOffer,
  enqueue,
  followCentre,
  type LiveAgent,
  type LiveCentreStore,
  type LiveRecord,
  leave,
  newLiveAgent,
  nextAgent,
  type Offer,
  OfferOverError,
  profileOf,
  type QueueEntry,
  type QueuePlace,
  signalAgent,
} from '../acd/index.js';
import type { Agent } from '../agents/index.js';
import type { CentreSettingsOf } from '../contact-centre/index.js';
import type { SkillGroupStore } from '../skill-groups/index.js';
import { LiveBook } from './live-book.js';
import type { RingFailure } from './state/visit.js';

interface LiveQueueDeps {
  readonly live: LiveCentreStore;
  readonly skillGroups: Pick<SkillGroupStore, 'get'>;
  readonly settingsOf: CentreSettingsOf;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Who is told of the live state of one contact. */
export interface QueueWatcher {
  readonly contactId: string;
  /** Its entries and offers as they are now; `complete` after the whole state was read anew: what is missing is gone. */
  queueChanged(entries: readonly QueueEntry[], offers: readonly Offer[], complete: boolean): void;
}

/** How a retry after a failed read waits, milliseconds. */
const retryMs = 1000;
/** How long the state is followed after the last contact, milliseconds. */
const restAfterMs = 60_000;

/** An account's live state as this node sees it: what concerns its contacts is told to them. Followed while somebody watches, and a while longer. */
export class LiveQueue {
  readonly accountId: string;
  readonly #deps: LiveQueueDeps;
  readonly #watchers = new Map<string, QueueWatcher>();
  readonly #agentWatchers = new Map<string, Set<(agent: LiveAgent | undefined) => void>>();
  readonly #book = new LiveBook();
  #following: Promise<() => Promise<void>> | undefined;
  #cancelRest = () => {};

  constructor(accountId: string, deps: LiveQueueDeps) {
    this.accountId = accountId;
    this.#deps = deps;
  }

  /** Tells that watcher from now on, once the state was read. Answers what ends it. */
  async watch(watcher: QueueWatcher): Promise<() => void> {
    this.#watchers.set(watcher.contactId, watcher);
    await this.#follow();
    this.#tell(watcher, false);
    return () => {
      this.#watchers.delete(watcher.contactId);
      this.#rest();
    };
  }

  /** Tells of every change of an agent until what is answered is called. */
  watchAgent(agentId: string, changed: (agent: LiveAgent | undefined) => void): () => void {
    const watchers = this.#agentWatchers.get(agentId) ?? new Set();
    this.#agentWatchers.set(agentId, watchers.add(changed));
    void this.#follow().catch((error: unknown) => this.#failed(error));
    return () => {
      watchers.delete(changed);
      if (watchers.size === 0) this.#agentWatchers.delete(agentId);
      this.#rest();
    };
  }

  agent(agentId: string): LiveAgent | undefined {
    return this.#book.agent(agentId);
  }

  /** Whether that agent is at work: neither offline nor at rest. */
  isAtWork(agentId: string): boolean {
    const status = this.agent(agentId)?.status;
    return status !== undefined && status !== 'offline' && status !== 'rest';
  }

  /** Whether anybody of the group is at work: neither offline nor at rest. */
  hasSeat(skillGroupId: string): boolean {
    return this.#book.hasSeat(skillGroupId);
  }

  /** Where that entry stands in line; undefined where it is in none. */
  placeOf(entryId: string): Promise<QueuePlace | undefined> {
    const { clock, skillGroups } = this.#deps;
    return this.#book.placeOf(entryId, clock.now(), (id) => skillGroups.get(this.accountId, id));
  }

  /** Puts an entry; one that is there already stays. */
  async put(draft: EntryDraft): Promise<void> {
    await this.#deps.live.commit(this.accountId, enqueue(draft));
  }

  async remove(entryId: string): Promise<void> {
    await leave(this.#deps.live, this.accountId, entryId, this.#deps.clock.now());
  }

  /** Takes the offered call for its agent. Whether it was in time; asked again after an answer was lost it says the same. */
  async claim(offerId: string, agentId: string, contactId: string): Promise<boolean> {
    const { live, clock, settingsOf } = this.#deps;
    const { timeZone } = await settingsOf(this.accountId);
    try {
      await answerOffer(live, this.accountId, offerId, clock.now(), dayIn(timeZone, clock.now()));
      return true;
    } catch (error) {
      if (!(error instanceof OfferOverError)) throw error;
      const agent = await live.get(this.accountId, 'agent', agentId);
      return agent?.status === 'busy' && agent.contactId === contactId;
    }
  }

  async giveUp(offerId: string, why: RingFailure): Promise<void> {
    const { live, clock, settingsOf } = this.#deps;
    const { afterMissedOffer } = await settingsOf(this.accountId);
    const end =
      why === 'withdrawn'
        ? ({ type: 'withdrawn' } as const)
        : why === 'declined' || why === 'busy'
          ? ({ type: 'declined' } as const)
          : why === 'unreachable'
            ? ({ type: 'unreachable' } as const)
            : ({ type: 'missed', afterMissedOffer } as const);
    await endUnansweredOffer(live, this.accountId, offerId, clock.now(), end);
  }

  /** The agent counts as busy with that contact from now on. Rejects where its status, or a call that rings for it, does not allow that. */
  async engage(agentId: string, contactId: string, nodeId: string): Promise<void> {
    const { live, clock } = this.#deps;
    await changeAgent(
      live,
      this.accountId,
      agentId,
      (agent) => agent && nextAgent(agent, { type: 'joinCall', contactId, nodeId }, clock.now()),
    );
  }

  /** The agent is in that call, although the live state, which may have been lost, does not say so. A call that rings for it is refused with it. */
  async resume(agent: Agent, contactId: string, nodeId: string): Promise<void> {
    const { live, clock } = this.#deps;
    const at = clock.now();
    const absent = () => newLiveAgent(this.accountId, agent.id, profileOf(agent), at);
    await signalAgent(live, this.accountId, agent.id, [{ type: 'resumeCall', contactId, nodeId }], at, absent);
  }

  /** The agent's part in the contact is over: after-call work, or none. After a call in which nobody was talked to there is none. */
  async release(agentId: string, contactId: string, talked: boolean): Promise<void> {
    const { live, clock, settingsOf } = this.#deps;
    const afterCallWorkSeconds = talked ? (await settingsOf(this.accountId)).afterCallWorkSeconds : 0;
    await changeAgent(
      live,
      this.accountId,
      agentId,
      (agent) => agent && nextAgent(agent, { type: 'callEnded', contactId, afterCallWorkSeconds }, clock.now()),
    );
  }

  #follow(): Promise<unknown> {
    this.#cancelRest();
    this.#following ??= followCentre(
      this.#deps.live,
      this.accountId,
      {
        loaded: (centre) => {
          this.#book.load(centre);
          for (const watcher of this.#watchers.values()) this.#tell(watcher, true);
          for (const agentId of this.#agentWatchers.keys()) this.#tellOfAgent(agentId);
        },
        changed: ({ records }) => this.#changed(records),
        failed: (error) => this.#failed(error),
      },
      (again) => void this.#deps.clock.after(retryMs, again),
    ).catch((error: unknown) => {
      this.#following = undefined;
      throw error;
    });
    return this.#following;
  }

  #changed(
    records: readonly { readonly kind: LiveRecord['kind']; readonly id: string; readonly record?: LiveRecord }[],
  ): void {
    const contacts = new Set(records.flatMap(({ kind, id, record }) => this.#book.change(kind, id, record)));
    for (const contactId of contacts) {
      const watcher = this.#watchers.get(contactId);
      if (watcher) this.#tell(watcher, false);
    }
    for (const { kind, id } of records) if (kind === 'agent') this.#tellOfAgent(id);
  }

  #tell(watcher: QueueWatcher, complete: boolean): void {
    const { entries, offers } = this.#book.of(watcher.contactId);
    watcher.queueChanged(entries, offers, complete);
  }

  #tellOfAgent(agentId: string): void {
    for (const changed of [...(this.#agentWatchers.get(agentId) ?? [])]) changed(this.agent(agentId));
  }

  /** Does not follow the state any more. */
  async close(): Promise<void> {
    this.#cancelRest();
    const following = this.#following;
    this.#following = undefined;
    this.#book.clear();
    try {
      await (await following)?.();
    } catch (error) {
      this.#failed(error);
    }
  }

  /** Nobody watches: the state is followed a while longer, since reading it anew is dear. */
  #rest(): void {
    if (this.#watchers.size > 0 || this.#agentWatchers.size > 0) return;
    this.#cancelRest();
    this.#cancelRest = this.#deps.clock.after(restAfterMs, () => void this.close());
  }

  #failed(error: unknown): void {
    this.#deps.logger.warn(
      { err: error, accountId: this.accountId },
      'The live state of a contact centre could not be read; trying again.',
    );
  }
}
