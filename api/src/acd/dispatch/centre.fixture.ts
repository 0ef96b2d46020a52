import { randomBytes } from 'node:crypto';
import { silentLogger } from '@hookswitch/kernel/logger';
import { ManualClock } from '@hookswitch/kernel/manual-clock';
import { type CentreSettings, defaultCentreSettings } from '../../contact-centre/centre-settings.js';
import { MemoryNodeLeases } from '../../nodes/memory-node-leases.js';
import { MemorySkillGroupNews } from '../../skill-groups/memory-skill-group-news.js';
import type { AgentSignal } from '../agent-signal.js';
import { newLiveAgent } from '../agent-state.js';
import { signalAgent } from '../decide-and-commit.js';
import type { LiveCentreStore } from '../live-centre-store.js';
import type { LiveAgent } from '../live-records.js';
import { MemoryLiveCentreStore } from '../memory-live-centre-store.js';
import { MemoryRoutingLease } from '../memory-routing-lease.js';
import { answerOffer, endUnansweredOffer, leave } from '../queue-answers.js';
import { type EntryDraft, enqueue } from '../queue-entry-state.js';
import type { RoutingLease } from '../routing-lease.js';
import type { SkillGroupRules } from './group-book.js';
import type { CentreWitness } from './route-account.js';
import { RoutingNode } from './routing-node.js';

/** A contact centre in memory on a virtual clock: routing nodes, agents and callers. */
export class CentreWorld {
  readonly clock = new ManualClock();
  readonly store = new MemoryLiveCentreStore();
  readonly lease = new MemoryRoutingLease(this.clock);
  readonly leases = new MemoryNodeLeases(this.clock);
  readonly news = new MemorySkillGroupNews();
  readonly groups = new Map<string, SkillGroupRules>();
  settings: CentreSettings = { accountId: 'AC1', ...defaultCentreSettings };
  readonly #nodes: RoutingNode[] = [];

  async startNode(
    nodeId: string,
    given: { store?: LiveCentreStore; lease?: RoutingLease; witness?: CentreWitness } = {},
  ): Promise<RoutingNode> {
    const node = new RoutingNode({
      nodeId,
      store: given.store ?? this.store,
      lease: given.lease ?? this.lease,
      leases: this.leases,
      skillGroupNews: this.news,
      skillGroupOf: async (_, id) => this.groups.get(id),
      settingsOf: async () => this.settings,
      settingsKeptMs: 1000,
      clock: this.clock,
      newId: (prefix) => prefix + randomBytes(16).toString('hex'),
      logger: silentLogger,
      ...(given.witness ? { witness: given.witness } : {}),
    });
    this.#nodes.push(node);
    await node.start();
    return node;
  }

  async stop(): Promise<void> {
    for (const node of this.#nodes) await node.stop();
  }

  group(id: string, given: Partial<SkillGroupRules> = {}): void {
    const revision = (this.groups.get(id)?.revision ?? 0) + 1;
    const defaults = { strategy: 'longestIdle', lastServedFirst: false, queuePriority: 0, maxWaiting: 100 } as const;
    this.groups.set(id, { id, revision, overflow: [], ...defaults, ...given });
  }

  /** Keeps the lease of a call node for so long. */
  nodeLives(nodeId: string, ttlMs = 1e12): Promise<void> {
    return this.leases.renew(nodeId, ttlMs, { counts: { total: 0, accounts: {}, trunks: {} } });
  }

  /** An agent who goes online, and can be rung without a client. */
  async agent(id: string, groups: readonly string[], priority = 3): Promise<void> {
    const skillGroups = groups.map((skillGroupId) => ({ skillGroupId, priority }));
    await this.signal(id, { type: 'profileChanged', profile: { skillGroups, reachableWithoutClient: true } });
    await this.signal(id, { type: 'goOnline', statusOnline: 'free', by: 'agent' });
  }

  /** Makes the agent where there is none. */
  async signal(id: string, ...signals: AgentSignal[]): Promise<void> {
    const at = this.clock.now();
    const profile = { skillGroups: [], reachableWithoutClient: true };
    await signalAgent(this.store, 'AC1', id, signals, at, () => newLiveAgent('AC1', id, profile, at));
    await this.settle();
  }

  async enqueue(id: string, given: Partial<EntryDraft> = {}): Promise<void> {
    const at = this.clock.now();
    const draft = { id, accountId: 'AC1', contactId: `CN${id}`, callId: `CA${id}`, nodeId: 'n1', enqueuedAt: at };
    const group = given.onlyAgentIds ? {} : { skillGroupId: 'G1' };
    await this.store.commit('AC1', enqueue({ ...draft, ...group, ...given }));
    await this.settle();
  }

  async answer(agentId: string): Promise<void> {
    await answerOffer(this.store, 'AC1', await this.#offerOf(agentId), this.clock.now(), '2026-01-01');
    await this.settle();
  }

  async decline(agentId: string): Promise<void> {
    await endUnansweredOffer(this.store, 'AC1', await this.#offerOf(agentId), this.clock.now(), { type: 'declined' });
    await this.settle();
  }

  /** Nothing of the agent's can be rung. */
  async notReached(agentId: string): Promise<void> {
    const end = { type: 'unreachable' } as const;
    await endUnansweredOffer(this.store, 'AC1', await this.#offerOf(agentId), this.clock.now(), end);
    await this.settle();
  }

  async leave(entryId: string): Promise<void> {
    await leave(this.store, 'AC1', entryId, this.clock.now());
    await this.settle();
  }

  async live(agentId: string): Promise<LiveAgent> {
    return (await this.store.get('AC1', 'agent', agentId))!;
  }

  /** Which call rings for which agent, in order. */
  async ringing(): Promise<readonly string[]> {
    const { offers } = await this.store.load('AC1');
    return offers.map(({ entryId, agentId }) => `${entryId}:${agentId}`).sort();
  }

  async entryState(id: string): Promise<string | undefined> {
    const entry = await this.store.get('AC1', 'entry', id);
    return entry?.turnedAway ?? entry?.state;
  }

  async pass(ms: number): Promise<void> {
    await this.settle();
    await this.clock.advanceAsync(ms);
    await this.settle();
  }

  /** Lets all that is due now happen. */
  async settle(): Promise<void> {
    for (let turn = 0; turn < 4; turn++) await new Promise<void>((resolve) => setImmediate(resolve));
  }

  async #offerOf(agentId: string): Promise<string> {
    const { offerId } = await this.live(agentId);
    if (offerId === undefined) throw new Error(`Nothing rings for ${agentId}.`);
    return offerId;
  }
}
