import type { Clock } from '@hookswitch/kernel/clock';
import { changeAgent, type LiveCentreStore, nextAgent } from '../acd/index.js';

/** Tells the live state that a client of an agent is there, or gone. An agent who never was online has none. */
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

  async connected(accountId: string, agentId: string, clientId: string): Promise<void> {
    const client = { id: clientId, nodeId: this.#nodeId };
    await this.#signal(accountId, agentId, { type: 'clientConnected', client });
  }

  async lost(accountId: string, agentId: string, clientId: string): Promise<void> {
    await this.#signal(accountId, agentId, { type: 'clientLost', clientId });
  }

  async #signal(accountId: string, agentId: string, signal: Parameters<typeof nextAgent>[1]): Promise<void> {
    await changeAgent(this.#live, accountId, agentId, (agent) => agent && nextAgent(agent, signal, this.#clock.now()));
  }
}
