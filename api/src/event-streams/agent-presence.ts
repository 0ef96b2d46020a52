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
    await changeAgent(this.#live, agent.accountId, agent.id, (live) =>
      nextAgent(
        live ?? newLiveAgent(agent.accountId, agent.id, profileOf(agent), at),
        { type: 'clientConnected', client },
        at,
      ),
    );
  }

  async lost(accountId: string, agentId: string, clientId: string): Promise<void> {
    await changeAgent(
      this.#live,
      accountId,
      agentId,
      (live) => live && nextAgent(live, { type: 'clientLost', clientId }, this.#clock.now()),
    );
  }
}
