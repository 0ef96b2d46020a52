import { type Random, seededRandom } from '@hookswitch/kernel/random';
import { CentreWorld } from '../dispatch/centre.fixture.js';
import { missingForMs } from '../dispatch/dead-nodes.js';
import { type RoutingNode, routingLeaseMs } from '../dispatch/routing-node.js';
import type { AgentStatus } from '../live-records.js';
import { answerOffer, endUnansweredOffer, leave } from '../queue-answers.js';
import type { EntryDraft } from '../queue-entry-state.js';
import { FaultyStore } from './faulty-store.fixture.js';
import { checkAtRest, checkLaws, StatusLedger } from './laws.fixture.js';

/** What happens next. The numbers choose among what there is, so that any step makes sense at any time. */
export interface Step {
  readonly type: (typeof stepTypes)[number];
  readonly which: number;
  readonly how: number;
}

export const stepTypes = [
  ...['call', 'call', 'call', 'answer', 'answer', 'decline', 'miss', 'leave', 'endCall', 'endCall', 'pass', 'pass'],
  ...[
    'online',
    'offline',
    'ask',
    'endWork',
    'continueWork',
    'placeCall',
    'clientLost',
    'clientBack',
    'notReached',
    'phoneBack',
  ],
  ...['killOwner', 'killRouter', 'startRouter', 'faults', 'loseAll', 'interrupt', 'changeGroup', 'calm', 'race'],
] as const;

/** How a caller's visit ended, or that it has not. */
export type CallerState = 'waiting' | 'talking' | 'served' | 'left' | 'turnedAway' | 'lostWithNode';

export interface Caller {
  readonly draft: EntryDraft;
  readonly nodeId: string;
  state: CallerState;
  agentId?: string;
}

const agentIds = ['A0', 'A1', 'A2', 'A3', 'A4', 'A5'];
const memberships = [['G1'], ['G1', 'G2'], ['G2'], ['G2', 'G3'], ['G3'], ['G1', 'G3']];
const passes = [1, 40, 700, 2500, 11_000, 31_000];

/** A contact centre that lives through steps: agents, callers, the nodes that own calls, the nodes that route, and what befalls them. */
export class CentreLife {
  readonly world = new CentreWorld();
  readonly callers = new Map<string, Caller>();
  /** Agents who are logged in, as they themselves think. */
  readonly loggedIn = new Set<string>();
  readonly ledger = new StatusLedger();
  readonly #random: Random;
  readonly #routers: { readonly node: RoutingNode; readonly store: FaultyStore }[] = [];
  readonly #liveNodes = new Set<string>();
  #made = 0;

  constructor(seed: number) {
    this.#random = seededRandom(seed);
  }

  async begin(): Promise<void> {
    const { world } = this;
    world.settings = { ...world.settings, ringTimeoutSeconds: 15, clientLostGraceSeconds: 20 };
    world.group('G1', { overflow: [{ afterSeconds: 2, skillGroupId: 'G2' }], maxWaiting: 4 });
    world.group('G2', { strategy: 'priority', queuePriority: 5 });
    world.group('G3', { strategy: 'ringAll', lastServedFirst: true });
    await world.store.subscribe('AC1', {
      changed: ({ records }) => {
        for (const { record } of records) if (record?.kind === 'agent') this.ledger.heard(record);
      },
      reload: () => {},
    });
    for (const nodeId of ['n0', 'n1']) await this.#startOwner(nodeId);
    await this.#startRouter();
  }

  async take(step: Step): Promise<void> {
    await this[step.type](step.which, step.how);
    await this.world.settle();
    await this.#ownersLookAround();
    await checkLaws(this);
  }

  /** Ends everything, as it should be possible at any time, and checks that nothing is left. */
  async end(): Promise<void> {
    await this.calm();
    for (const [id, caller] of this.callers) {
      if (caller.state === 'waiting') await this.#leave(id, caller);
      if (caller.state === 'talking') await this.#endCall(caller, 0);
    }
    await this.world.pass(40_000);
    await this.#ownersLookAround();
    const { agents, entries, offers } = await this.world.store.load('AC1');
    const busy = agents.filter(({ status }) => status === 'busy').map(({ id, contactId }) => `${id} ${contactId}`);
    if (entries.length + offers.length + busy.length > 0) {
      throw new Error(`something is left: ${JSON.stringify({ entries, offers, busy })}`);
    }
    for (const { node } of this.#routers) await node.stop();
    await this.world.settle();
  }

  lives(nodeId: string): boolean {
    return this.#liveNodes.has(nodeId);
  }

  async call(which: number, how: number): Promise<void> {
    const nodeId = this.#ofLiveNodes(which);
    const id = `E${++this.#made}`;
    const kinds: Partial<EntryDraft>[] = [
      { skillGroupId: 'G1' },
      { skillGroupId: 'G2' },
      { skillGroupId: 'G3', lastServedAgentId: pick(agentIds, which) },
      { skillGroupId: 'G1', priority: which % 3 },
      { skillGroupId: 'G2', preferredAgentIds: [pick(agentIds, which), pick(agentIds, which + 1)] },
      { onlyAgentIds: [pick(agentIds, which)], onNoSeat: 'wait' },
      { skillGroupId: 'G1', onlyAgentIds: [pick(agentIds, which), pick(agentIds, which + 2)] },
      { skillGroupId: 'G4' },
    ];
    const base = { id, accountId: 'AC1', contactId: `CN${id}`, callId: `CA${id}`, nodeId };
    const draft: EntryDraft = { ...base, enqueuedAt: this.world.clock.now(), ...pick(kinds, how) };
    this.callers.set(id, { draft, nodeId, state: 'waiting' });
    await this.world.enqueue(id, draft);
  }

  async answer(which: number): Promise<void> {
    const offer = await this.#offer(which);
    if (offer) await this.#answer(offer.id, offer.entryId, offer.agentId);
  }

  async decline(which: number): Promise<void> {
    const offer = await this.#offer(which);
    if (offer) await endUnansweredOffer(this.world.store, 'AC1', offer.id, this.#now, { type: 'declined' });
  }

  async miss(which: number, how: number): Promise<void> {
    const offer = await this.#offer(which);
    const missed = { type: 'missed', afterMissedOffer: how % 2 ? 'rest' : 'free' } as const;
    if (offer) await endUnansweredOffer(this.world.store, 'AC1', offer.id, this.#now, missed);
  }

  async notReached(which: number): Promise<void> {
    const offer = await this.#offer(which);
    if (offer) await endUnansweredOffer(this.world.store, 'AC1', offer.id, this.#now, { type: 'unreachable' });
  }

  phoneBack(which: number): Promise<void> {
    return this.world.signal(pick(agentIds, which), { type: 'reachableAgain' });
  }

  async leave(which: number): Promise<void> {
    const waiting = [...this.callers].filter(([, { state, nodeId }]) => state === 'waiting' && this.lives(nodeId));
    const [id, caller] = waiting.length > 0 ? pick(waiting, which) : [];
    if (id && caller) await this.#leave(id, caller);
  }

  /** An answer, a refusal and a hang-up at once. */
  async race(which: number): Promise<void> {
    const offer = await this.#offer(which);
    const caller = offer && this.callers.get(offer.entryId);
    if (!offer || !caller) return;
    await Promise.all([
      this.#answer(offer.id, offer.entryId, offer.agentId),
      endUnansweredOffer(this.world.store, 'AC1', offer.id, this.#now, { type: 'declined' }),
      this.#leave(offer.entryId, caller),
    ]);
  }

  async endCall(which: number, how: number): Promise<void> {
    const talking = [...this.callers.values()].filter(({ state, nodeId }) => state === 'talking' && this.lives(nodeId));
    if (talking.length > 0) await this.#endCall(pick(talking, which), (how % 3) * 4);
  }

  pass(which: number): Promise<void> {
    return this.world.pass(pick(passes, which));
  }

  async online(which: number): Promise<void> {
    const id = pick(agentIds, which);
    this.loggedIn.add(id);
    await this.#logIn(id);
  }

  async offline(which: number): Promise<void> {
    const id = pick(agentIds, which);
    this.loggedIn.delete(id);
    await this.#try(() => this.world.signal(id, { type: 'goOffline', why: 'loggedOut', by: 'agent' }));
  }

  ask(which: number, how: number): Promise<void> {
    const status = pick(['free', 'notReady', 'rest'] as const, how);
    const ask = { type: 'ask', status, restReason: 'meal', restReasons: ['meal'], by: 'agent' } as const;
    return this.#try(() => this.world.signal(pick(agentIds, which), ask));
  }

  endWork(which: number): Promise<void> {
    return this.#try(() => this.world.signal(pick(agentIds, which), { type: 'endAfterCallWork', by: 'agent' }));
  }

  continueWork(which: number): Promise<void> {
    return this.#try(() => this.world.signal(pick(agentIds, which), { type: 'continueAfterCallWork' }));
  }

  async placeCall(which: number, how: number): Promise<void> {
    const nodeId = this.#ofLiveNodes(how);
    const id = `O${++this.#made}`;
    const agentId = pick(agentIds, which);
    await this.#try(async () => {
      await this.world.signal(agentId, { type: 'placeCall', contactId: `CN${id}`, nodeId });
      const base = { id, accountId: 'AC1', contactId: `CN${id}`, callId: `CA${id}`, nodeId, enqueuedAt: this.#now };
      this.callers.set(id, { draft: { ...base, onlyAgentIds: [] }, nodeId, state: 'talking', agentId });
    });
  }

  clientLost(which: number): Promise<void> {
    return this.world.signal(pick(agentIds, which), { type: 'clientLost', clientId: 'c' });
  }

  clientBack(which: number): Promise<void> {
    return this.world.signal(pick(agentIds, which), { type: 'clientConnected', client: { id: 'c', nodeId: 'n0' } });
  }

  /** The node that owns calls dies with them; another comes. */
  async killOwner(which: number): Promise<void> {
    const nodeId = this.#ofLiveNodes(which);
    this.#liveNodes.delete(nodeId);
    await this.world.leases.release(nodeId);
    for (const caller of this.callers.values()) {
      if (caller.nodeId === nodeId && (caller.state === 'waiting' || caller.state === 'talking')) {
        caller.state = 'lostWithNode';
      }
    }
    await this.#startOwner(`n${++this.#made}`);
  }

  async killRouter(which: number): Promise<void> {
    if (this.#routers.length > 0) pick(this.#routers, which).store.dead = true;
  }

  async startRouter(): Promise<void> {
    if (this.#routers.filter(({ store }) => !store.dead).length < 3) await this.#startRouter();
  }

  async faults(_: number, how: number): Promise<void> {
    for (const { store } of this.#routers) store.faults = (how % 3) * 0.1;
  }

  /** Redis restarts empty. Agents' clients and owners put back what they know. */
  async loseAll(): Promise<void> {
    this.world.store.lose();
    this.ledger.lose();
    await this.#putBack();
  }

  async interrupt(which: number, how: number): Promise<void> {
    await this.world.store.interrupt(() => this.call(which, how));
  }

  async changeGroup(which: number, how: number): Promise<void> {
    const overflow = how % 2 ? [{ afterSeconds: how % 5, skillGroupId: 'G3' }] : [];
    this.world.group('G2', { strategy: pick(['longestIdle', 'roundRobin', 'fewestCalls'] as const, which), overflow });
  }

  /** Everything works again, for as long as repairs take. Then nobody waits whom somebody free may serve. */
  async calm(): Promise<void> {
    for (const { store } of this.#routers) store.faults = 0;
    if (this.#routers.every(({ store }) => store.dead)) await this.#startRouter();
    await this.world.pass(routingLeaseMs + missingForMs + 4000);
    await this.#ownersLookAround();
    await this.world.pass(1000);
    await checkAtRest(this);
  }

  get #now(): number {
    return this.world.clock.now();
  }

  async #startOwner(nodeId: string): Promise<void> {
    this.#liveNodes.add(nodeId);
    await this.world.nodeLives(nodeId);
  }

  async #startRouter(): Promise<void> {
    const store = new FaultyStore(this.world.store, this.#random);
    const nodeId = `r${this.#routers.length}`;
    // A dead process renews nothing.
    const lease = this.world.lease;
    const node = await this.world.startNode(nodeId, {
      store,
      lease: {
        hold: async (...given) => (store.dead ? [] : lease.hold(...given)),
        release: (...given) => lease.release(...given),
      },
    });
    this.#routers.push({ node, store });
  }

  /** What an owner does by itself: takes out calls that were turned away, and puts back what is missing. */
  async #ownersLookAround(): Promise<void> {
    for (const [id, caller] of this.callers) {
      if (caller.state !== 'waiting') continue;
      const entry = await this.world.store.get('AC1', 'entry', id);
      if (entry?.state !== 'turnedAway') continue;
      await leave(this.world.store, 'AC1', id, this.#now);
      caller.state = 'turnedAway';
    }
    await this.world.settle();
  }

  async #putBack(): Promise<void> {
    const { world } = this;
    for (const id of this.loggedIn) await this.#logIn(id);
    for (const [id, caller] of this.callers) {
      if (!this.lives(caller.nodeId)) continue;
      if (caller.state === 'waiting') await world.enqueue(id, caller.draft);
      if (caller.state !== 'talking') continue;
      const { contactId, nodeId } = caller.draft;
      await world.signal(caller.agentId!, { type: 'resumeCall', contactId, nodeId });
    }
  }

  async #logIn(id: string): Promise<void> {
    const at = agentIds.indexOf(id);
    const skillGroups = memberships[at]!.map((skillGroupId) => ({ skillGroupId, priority: 1 + (at % 5) }));
    const profile = { skillGroups, reachableWithoutClient: at % 2 === 0, mobileRings: at % 4 === 0 };
    const client = { id: 'c', nodeId: 'n0' };
    await this.world.signal(id, { type: 'profileChanged', profile });
    await this.world.signal(id, { type: 'clientConnected', client });
    await this.world.signal(id, { type: 'goOnline', statusOnline: 'free', by: 'agent' });
  }

  async #answer(offerId: string, entryId: string, agentId: string): Promise<void> {
    const caller = this.callers.get(entryId)!;
    const day = new Date(this.#now).toISOString().slice(0, 10);
    try {
      await answerOffer(this.world.store, 'AC1', offerId, this.#now, day);
      caller.state = 'talking';
      caller.agentId = agentId;
    } catch (error) {
      if ((error as { code?: string }).code !== 'offer-over') throw error;
    }
  }

  async #leave(id: string, caller: Caller): Promise<void> {
    if (await leave(this.world.store, 'AC1', id, this.#now)) caller.state = 'left';
  }

  async #endCall(caller: Caller, afterCallWorkSeconds: number): Promise<void> {
    const { contactId } = caller.draft;
    caller.state = 'served';
    await this.world.signal(caller.agentId!, { type: 'callEnded', contactId, afterCallWorkSeconds });
  }

  async #offer(which: number) {
    const { offers } = await this.world.store.load('AC1');
    const owned = offers.filter(({ nodeId }) => this.lives(nodeId));
    return owned.length > 0 ? pick(owned, which) : undefined;
  }

  #ofLiveNodes(which: number): string {
    return pick([...this.#liveNodes], which);
  }

  /** What a person asks for may be refused. */
  async #try(act: () => Promise<void>): Promise<void> {
    try {
      await act();
    } catch (error) {
      if ((error as { code?: string }).code !== 'agent-status-not-allowed') throw error;
    }
  }
}

export const onlineStatuses: readonly AgentStatus[] = ['free', 'notReady', 'rest', 'busy', 'afterCallWork'];

function pick<Item>(items: readonly Item[], which: number): Item {
  return items[which % items.length]!;
}
