import type { Clock } from '@hookswitch/kernel/clock';
import { changeAgent, type LiveCentreStore, newLiveAgent, nextAgent, profileOf } from '../acd/index.js';
import type { Agent } from '../agents/index.js';

/** What presence needs of an agent's record. */
type Present = Pick<Agent, 'id' | 'accountId'> & Parameters<typeof profileOf>[0];

/** Tells the live state that a client of an agent is there, or gone, whether the agent is online yet or not. */
export class AgentPresence {
  readonly #live: LiveCentreStore;
  readonly #clock: Clock;
  readonly #nodeId: string;
  /** The last change of each agent that has one under way: those of one agent go one after another, so that many clients at once do not lose to each other again and again. */
  readonly #changing = new Map<string, Promise<unknown>>();

  /** @param nodeId the process that has the connections, by whose lease they live */
  constructor(live: LiveCentreStore, clock: Clock, nodeId: string) {
    this.#live = live;
    this.#clock = clock;
    this.#nodeId = nodeId;
  }

  /** @param agent its record as it is now */
  async connected(agent: Present, clientId: string): Promise<void> {
    const client = { id: clientId, nodeId: this.#nodeId };
    const at = this.#clock.now();
    await this.#change(agent.accountId, agent.id, (live) =>
      nextAgent(
        live ?? newLiveAgent(agent.accountId, agent.id, profileOf(agent), at),
        { type: 'clientConnected', client },
        at,
      ),
    );
  }

  async lost(accountId: string, agentId: string, clientId: string): Promise<void> {
    await this.#change(
      accountId,
      agentId,
      (live) => live && nextAgent(live, { type: 'clientLost', clientId }, this.#clock.now()),
    );
  }

  async #change(accountId: string, agentId: string, decide: Parameters<typeof changeAgent>[3]): Promise<void> {
    const before = this.#changing.get(agentId) ?? Promise.resolve();
    const change = () => changeAgent(this.#live, accountId, agentId, decide);
    const changed = before.then(change, change);
    this.#changing.set(agentId, changed);
    try {
      await changed;
    } finally {
      if (this.#changing.get(agentId) === changed) this.#changing.delete(agentId);
    }
  }
}
