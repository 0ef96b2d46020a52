import type { Clock } from '@hookswitch/kernel/clock';
import type { NewId } from '@hookswitch/kernel/ids';
import type { Logger } from '@hookswitch/kernel/logger';
import type { CentreSettingsOf } from '../../contact-centre/centre-settings.js';
import { dayIn } from '../day-in.js';
import { followCentre } from '../follow-centre.js';
import type { LiveCentre, LiveCentreStore, LiveChange, LiveWrite } from '../live-centre-store.js';
import { offerTo } from '../offer-state.js';
import { admitEntry, turnAwayEntry } from '../queue-entry-state.js';
import { allGroups, emptySeatsGraceMs, widensAt } from '../routing/eligibility.js';
import { route } from '../routing/route.js';
import type { Decision } from '../routing/snapshot.js';
import { CentreProjection, untouched } from './centre-projection.js';
import { Deadlines } from './deadlines.js';
import { GroupBook, type SkillGroupOf } from './group-book.js';
import { putBackAgents } from './put-back-agents.js';
import { RoutingClaims, retryMs } from './routing-claims.js';
import { SettingsBook } from './settings-book.js';
import { agentIsDue, callsOfDeadNodes, offerIsDue, whenAgentIsDue, whenOfferIsDue } from './upkeep.js';

export interface RouteAccountDeps {
  readonly store: LiveCentreStore;
  readonly skillGroupOf: SkillGroupOf;
  readonly settingsOf: CentreSettingsOf;
  /** See `SettingsBookDeps`. */
  readonly settingsKeptMs: number;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly logger: Logger;
  /** Hears the whole state and each change, in order: writes the status history. */
  readonly witness?: CentreWitness;
}

export interface CentreWitness {
  loaded(accountId: string, centre: LiveCentre): void;
  changed(change: LiveChange): void;
}

/** A net under the news of changed groups: the record of one where calls wait and nothing happens is read again so often. */
const quietGroupMs = 30_000;

/**
 * Routes one account's calls, as long as this process holds its lease: follows the live state, routes what changes touch, claims agents and calls by commits (losing
 * one is normal), and ends what nobody else would: after-call work, agents whose clients are gone, offers and entries of dead nodes. It waits for changes and points in time, and never polls.
 */
export class AccountRouter {
  readonly accountId: string;
  readonly #deps: RouteAccountDeps;
  readonly #book: GroupBook;
  readonly #projection: CentreProjection;
  readonly #deadlines: Deadlines;
  readonly #claims: RoutingClaims;
  /** Calls that wait until the records of their groups are read. */
  readonly #deferred = new Set<string>();
  #settings!: SettingsBook;
  #at = { epoch: '', sequence: 0 };
  /** How often the store was seen to have lost its data. */
  #losses = 0;
  #scheduled = false;
  #stopped = false;
  #unfollow: (() => Promise<void>) | undefined;

  private constructor(deps: RouteAccountDeps, accountId: string) {
    this.accountId = accountId;
    this.#deps = deps;
    const { clock, logger } = deps;
    this.#book = new GroupBook({
      accountId,
      read: deps.skillGroupOf,
      clock,
      logger,
      changed: (skillGroupId) => {
        this.#projection.groupChanged(skillGroupId);
        for (const { id } of this.#projection.line(skillGroupId)) this.#watch('entry', id);
        this.#takeUpDeferred();
        this.#schedule();
      },
    });
    this.#projection = new CentreProjection(this.#book.groups);
    this.#deadlines = new Deadlines(clock, (key) => this.#due(key));
    this.#claims = new RoutingClaims({
      clock,
      logger,
      heardUpTo: () => this.#at.sequence,
      recordsOf: (entryId, agentIds) => this.#recordsOf(entryId, agentIds),
      lookAgain: (entryId, agentIds) => this.#touch(entryId, agentIds),
    });
  }

  /** Rejects where the live state or the settings cannot be read. */
  static async start(deps: RouteAccountDeps, accountId: string): Promise<AccountRouter> {
    const router = new AccountRouter(deps, accountId);
    router.#settings = await SettingsBook.open({ ...deps, accountId, usableAgain: () => router.#schedule() });
    router.#unfollow = await followCentre(
      deps.store,
      accountId,
      {
        loaded: (centre) => router.#loaded(centre),
        changed: (change) => router.#changed(change),
        failed: (error) =>
          deps.logger.warn({ err: error, accountId }, 'the live state could not be read; trying again'),
      },
      (again) => deps.clock.after(retryMs, again),
    );
    return router;
  }

  /** Somebody else routes the account from now on, and may not know what was here before the store lost its data. */
  async handOver(): Promise<void> {
    await this.#putBackLost(await this.#deps.store.load(this.accountId));
    await this.stop();
  }

  /** Decides no more. What is on its way to the store may still take effect. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#deadlines.clear();
    this.#claims.clear();
    await this.#unfollow?.();
  }

  /** The nodes that own calls, or hold clients, of this account. */
  get nodes(): Iterable<string> {
    return this.#projection.nodes.nodes;
  }

  /** A group's record was changed; undefined: any may have been. */
  skillGroupChanged(skillGroupId: string | undefined): void {
    if (skillGroupId === undefined) this.#book.refreshAll();
    else this.#book.refresh(skillGroupId);
  }

  /** Ends what belonged to these nodes: they are dead. */
  nodesDied(dead: ReadonlySet<string>): void {
    const { clock } = this.#deps;
    for (const writes of callsOfDeadNodes(this.#projection, dead, clock.now())) this.#commitUpkeep(writes);
  }

  #loaded(centre: LiveCentre): void {
    void this.#putBackLost(centre);
    this.#at = centre;
    this.#claims.clear();
    this.#deadlines.clear();
    this.#projection.load(centre);
    for (const agent of centre.agents) this.#watch('agent', agent.id);
    for (const entry of centre.entries) this.#watch('entry', entry.id);
    for (const offer of centre.offers) this.#watch('offer', offer.id);
    this.#deps.witness?.loaded(this.accountId, centre);
    this.#schedule();
  }

  /** In another life of the store's data agents go on as they were known here. */
  #putBackLost({ epoch }: LiveCentre): Promise<void> {
    if (this.#at.epoch === '' || this.#at.epoch === epoch) return Promise.resolve();
    const { store, clock, logger } = this.#deps;
    const failed = (error: unknown) =>
      logger.warn({ err: error, accountId: this.accountId }, 'an agent could not be put back after data was lost');
    const loss = ++this.#losses;
    const isLatest = () => this.#losses === loss;
    return putBackAgents({ store, clock, failed }, this.accountId, [...this.#projection.agents.values()], isLatest);
  }

  #changed(change: LiveChange): void {
    this.#at = change;
    for (const changed of change.records) {
      this.#projection.apply(changed);
      this.#watch(changed.kind, changed.id);
    }
    this.#claims.heard(change.sequence);
    this.#deps.witness?.changed(change);
    this.#schedule();
  }

  #schedule(): void {
    if (this.#scheduled || this.#stopped) return;
    this.#scheduled = true;
    queueMicrotask(() => {
      this.#scheduled = false;
      if (!this.#stopped) this.#route();
    });
  }

  #route(): void {
    const { clock } = this.#deps;
    const projection = this.#projection;
    const { touched } = projection;
    if (touched.groups.size === 0 && touched.agents.size === 0) return;
    if (!this.#settings.usable()) return;
    projection.touched = untouched();
    const now = clock.now();
    const snapshot = projection.snapshot(touched, this.#claims, now, dayIn(this.#settings.settings.timeZone, now));
    // What is not known yet is routed once it is: the book tells.
    const entries = snapshot.entries.filter((entry) => {
      const known = allGroups(entry, this.#book.groups).every((id) => this.#book.knows(id));
      if (!known) this.#deferred.add(entry.id);
      return known;
    });
    for (const decision of route({ ...snapshot, entries })) this.#carryOut(decision, now);
    for (const skillGroupId of touched.groups) this.#watchGroup(skillGroupId, now);
  }

  #takeUpDeferred(): void {
    const now = this.#deps.clock.now();
    for (const id of this.#deferred) {
      const entry = this.#projection.entries.get(id);
      if (entry) this.#projection.touchEntry(entry, now);
    }
    this.#deferred.clear();
  }

  #carryOut(decision: Decision, now: number): void {
    const entry = this.#projection.entries.get(decision.entryId);
    if (!entry) return;
    if (decision.type !== 'offer') {
      const writes = decision.type === 'admit' ? admitEntry(entry) : turnAwayEntry(entry, decision.why);
      if (writes) this.#claim(writes, decision, []);
      return;
    }
    const offers = decision.offers.map(({ agentId, skillGroupId, because }) => ({
      offerId: this.#deps.newId('OF'),
      agent: this.#projection.agents.get(agentId)!,
      skillGroupId,
      because,
    }));
    const group = decision.offers[0]!.skillGroupId;
    const seconds =
      (group === undefined ? undefined : this.#book.groups.get(group)?.ringTimeoutSeconds) ??
      this.#settings.settings.ringTimeoutSeconds;
    const ringsUntil = seconds === undefined ? undefined : now + seconds * 1000;
    this.#claim(
      offerTo(entry, offers, now, ringsUntil),
      decision,
      offers.map(({ agent }) => agent.id),
    );
  }

  /** Commits a decision; its agents and call are left alone until it is known what became of it. */
  #claim(writes: readonly LiveWrite[], decision: Decision, agentIds: readonly string[]): void {
    this.#claims.follow(this.#deps.store.commit(this.accountId, writes), decision, agentIds);
  }

  #recordsOf(entryId: string, agentIds: readonly string[]): readonly unknown[] {
    const { agents, entries } = this.#projection;
    return [entries.get(entryId), ...agentIds.map((id) => agents.get(id))];
  }

  #touch(entryId: string, agentIds: readonly string[]): void {
    const entry = this.#projection.entries.get(entryId);
    if (entry) this.#projection.touchEntry(entry, this.#deps.clock.now());
    for (const agentId of agentIds) {
      const agent = this.#projection.agents.get(agentId);
      if (agent) this.#projection.touchAgent(agent);
    }
    this.#schedule();
  }

  #watch(kind: 'agent' | 'entry' | 'offer', id: string): void {
    const { agents, offers, entries } = this.#projection;
    if (kind === 'agent') {
      const agent = agents.get(id);
      this.#deadlines.set(`agent:${id}`, agent && whenAgentIsDue(agent, this.#settings.settings));
      this.#deadlines.set(`seat:${id}`, this.#seatIsEmptyAt(id));
    } else if (kind === 'offer') {
      const offer = offers.get(id);
      this.#deadlines.set(`offer:${id}`, offer && whenOfferIsDue(offer));
    } else {
      const entry = entries.get(id);
      const waits = entry?.state === 'waiting';
      this.#deadlines.set(`entry:${id}`, waits ? this.#entryWidensAt(id) : undefined);
    }
  }

  /** Calls for agents alone wait for nobody else: when they are turned away because this one is gone. */
  #seatIsEmptyAt(agentId: string): number | undefined {
    const { online, emptySince } = this.#projection.seats.agent(agentId);
    const at = emptySince + emptySeatsGraceMs;
    return online || at <= this.#deps.clock.now() ? undefined : at;
  }

  #entryWidensAt(id: string): number | undefined {
    const entry = this.#projection.entries.get(id);
    return entry && widensAt(entry, this.#book.groups, this.#deps.clock.now());
  }

  /** While calls wait for a group: its record is read again now and then, and where nobody is there, it matters how long. */
  #watchGroup(skillGroupId: string, now: number): void {
    const key = `group:${skillGroupId}`;
    if (this.#projection.line(skillGroupId).length === 0) {
      this.#deadlines.set(key, undefined);
      return;
    }
    const { online, emptySince } = this.#projection.seats.group(skillGroupId);
    const empty = online ? Number.POSITIVE_INFINITY : emptySince + emptySeatsGraceMs;
    const next = now + quietGroupMs;
    this.#deadlines.set(key, empty > now ? Math.min(empty, next) : next);
  }

  #due(key: string): void {
    const [kind, id] = key.split(':') as ['agent' | 'seat' | 'entry' | 'offer' | 'group', string];
    const now = this.#deps.clock.now();
    const projection = this.#projection;
    if (kind === 'agent') {
      const writes = agentIsDue(projection, id, this.#settings.settings, now);
      if (writes) this.#commitUpkeep(writes, key);
    } else if (kind === 'seat') {
      projection.touched.agents.add(id);
      this.#schedule();
    } else if (kind === 'offer') {
      const writes = offerIsDue(projection, id, this.#settings.settings, now);
      if (writes) this.#commitUpkeep(writes, key);
    } else if (kind === 'entry') {
      const entry = projection.entries.get(id);
      if (entry) projection.touchEntry(entry, now);
      this.#watch('entry', id);
      this.#schedule();
    } else {
      this.#book.knows(id);
      projection.touched.groups.add(id);
      this.#schedule();
    }
  }

  /** A lost commit is followed by the change that won, which sets the deadline anew; only a failed one has to be repeated. */
  #commitUpkeep(writes: readonly LiveWrite[], key?: string): void {
    if (writes.length === 0) return;
    this.#deps.store.commit(this.accountId, writes).catch((error: unknown) => {
      this.#deps.logger.warn(
        { err: error, accountId: this.accountId },
        'a change of the live state could not be stored',
      );
      if (key !== undefined && !this.#stopped) this.#deadlines.set(key, this.#deps.clock.now() + retryMs);
    });
  }
}
