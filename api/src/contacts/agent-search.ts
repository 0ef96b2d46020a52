import type { Offer, QueueEntry } from '../acd/index.js';
import type { ContactDeps } from './contact-deps.js';
import type { ContactSession } from './contact-session.js';
import { entryOf } from './entry-of.js';
import type { LiveQueue } from './live-queue.js';
import { engaged } from './state/calling-out.js';
import { claimDecided, notCome, offered, searchFailed, stopWaiting, turnedAway, withdrawn } from './state/searching.js';
import type { Party, Search } from './state/visit.js';

/** How long an agent or a group is looked for by a transfer, a consultation or an invitation, milliseconds. */
const searchTimeoutMs = { group: 120_000, agents: 30_000, number: 60_000 } as const;

interface AgentSearchHooks {
  /** Does it until it is done, however long that takes. */
  readonly seeTo: (what: string, work: () => Promise<unknown>) => Promise<void>;
  /** The same for a minute. Whether it was done. */
  readonly insist: (what: string, work: () => Promise<unknown>) => Promise<boolean>;
  readonly trouble: (what: string, error: unknown) => void;
}

/** The agents whom a contact looks for, and the queue in which it does: entries are put, offers ring, claims are made. */
export class AgentSearch {
  readonly #session: ContactSession;
  readonly #queue: LiveQueue;
  readonly #deps: ContactDeps;
  readonly #hooks: AgentSearchHooks;
  /** Searches whose time runs. */
  readonly #timed = new Set<string>();

  constructor(session: ContactSession, queue: LiveQueue, deps: ContactDeps, hooks: AgentSearchHooks) {
    this.#session = session;
    this.#queue = queue;
    this.#deps = deps;
    this.#hooks = hooks;
  }

  async enqueue(search: Search): Promise<void> {
    const { target, purpose, id } = search;
    if (purpose !== 'serve' && !this.#timed.has(id)) {
      this.#timed.add(id);
      this.#session.timers.after(searchTimeoutMs[target.kind], () => this.#session.act(searchFailed(id, 'missed')));
    }
    try {
      await this.#queue.put(entryOf(search, this.#session.visit.contact));
      // Gone again before it was there.
      if (!this.#session.visit.searches.some((each) => each.id === id)) await this.#queue.remove(id);
    } catch (error) {
      this.#hooks.trouble('queue', error);
      this.#session.act(purpose === 'serve' ? stopWaiting(id, 'failed') : searchFailed(id, 'unreachable'));
    }
  }

  /** What of this contact stands in the live state: new offers ring, those taken back stop; what was lost is put back. */
  queueChanged(entries: readonly QueueEntry[], offers: readonly Offer[], complete: boolean): void {
    for (const party of this.#session.visit.parties) {
      const { offerId, state } = party;
      if (offerId !== undefined && state === 'ringing' && !offers.some(({ id }) => id === offerId)) {
        this.#session.act(withdrawn(offerId));
      }
    }
    for (const entry of entries) {
      if (entry.state === 'turnedAway' && entry.turnedAway) this.#session.act(turnedAway(entry.id, entry.turnedAway));
    }
    for (const offer of offers) this.#session.act(offered(offer));
    if (!complete) return;
    for (const search of this.#session.visit.searches) {
      // Agents are yet to come back themselves: it waits for them.
      if (search.target.kind !== 'number' && !entries.some(({ id }) => id === search.id)) {
        void this.enqueue({ ...search, onNoSeat: 'wait' });
      }
    }
    this.agentsStay();
  }

  /** Sees to it that the live state shows the agents in this call who are. */
  agentsStay(): void {
    for (const { agentId } of this.#session.visit.parties.filter(isInCall)) {
      if (agentId !== undefined) void this.#hooks.seeTo('go on with a call', () => this.#resume(agentId));
    }
  }

  /** The live state may have been lost: the agent is in this call all the same. */
  async #resume(agentId: string): Promise<void> {
    const agent = await this.#deps.agents.get(this.#session.family.accountId, agentId);
    const stays = this.#session.visit.parties.some((party) => party.agentId === agentId && isInCall(party));
    if (agent && stays) await this.#queue.resume(agent, this.#session.id, this.#deps.nodeId);
  }

  async engage(sequence: number, agentId: string): Promise<void> {
    try {
      await this.#queue.engage(agentId, this.#session.id, this.#deps.nodeId);
    } catch (error) {
      this.#hooks.trouble('engage an agent', error);
      this.#session.act(notCome(sequence, 'busy'));
      return;
    }
    this.#session.act(engaged(sequence, agentId));
  }

  async claim(sequence: number, offerId: string, searchId: string): Promise<void> {
    const agentId = this.#session.visit.parties.find((party) => party.sequence === sequence)?.agentId ?? '';
    let won = false;
    await this.#hooks.insist('claim', async () => {
      won = await this.#queue.claim(offerId, agentId, this.#session.id);
    });
    this.#session.act(claimDecided(sequence, won, searchId));
  }
}

/** Whether it is an agent whom the live state should show in this call. */
function isInCall({ role, state, engaged }: Party): boolean {
  return role === 'agent' && (state === 'joining' || state === 'talking' || engaged === true);
}
