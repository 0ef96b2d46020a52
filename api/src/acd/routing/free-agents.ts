import type { RoutingAgent } from './snapshot.js';

/** The agents who can still be asked in this pass. */
export class FreeAgents {
  readonly #byId = new Map<string, RoutingAgent>();
  readonly #byGroup = new Map<string, Set<RoutingAgent>>();

  constructor(agents: readonly RoutingAgent[]) {
    for (const agent of agents) {
      this.#byId.set(agent.id, agent);
      for (const { skillGroupId } of agent.skillGroups) {
        const members = this.#byGroup.get(skillGroupId);
        if (members) members.add(agent);
        else this.#byGroup.set(skillGroupId, new Set([agent]));
      }
    }
  }

  get size(): number {
    return this.#byId.size;
  }

  get(agentId: string): RoutingAgent | undefined {
    return this.#byId.get(agentId);
  }

  members(skillGroupId: string): Iterable<RoutingAgent> {
    return this.#byGroup.get(skillGroupId) ?? [];
  }

  take(agentId: string): void {
    const agent = this.#byId.get(agentId);
    if (!agent) return;
    this.#byId.delete(agentId);
    for (const { skillGroupId } of agent.skillGroups) this.#byGroup.get(skillGroupId)?.delete(agent);
  }
}
