import type { Clock } from '@hookswitch/kernel/clock';
import type { Logger } from '@hookswitch/kernel/logger';
import type { Agent } from '../agents/agent.js';
import type { CentreSettingsOf } from '../contact-centre/centre-settings.js';
import { AgentBlockedError } from './acd-errors.js';
import type { AgentProfile, AgentSignal, Asker } from './agent-signal.js';
import { newLiveAgent } from './agent-state.js';
import { decideAndCommit, signalAgent } from './decide-and-commit.js';
import type { LiveCentreStore } from './live-centre-store.js';
import type { AskableStatus, LiveAgent } from './live-records.js';

export interface AgentsAtWorkDeps {
  readonly live: LiveCentreStore;
  readonly agents: { get(accountId: string, agentId: string): Promise<Agent | undefined> };
  readonly settingsOf: CentreSettingsOf;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Agents' statuses as people and programs change them: online, asked for, offline; and kept in step with the agents' records. */
export class AgentsAtWork {
  readonly #deps: AgentsAtWorkDeps;

  constructor(deps: AgentsAtWorkDeps) {
    this.#deps = deps;
  }

  /** The live agent; undefined: it was never online since the live state began. */
  get(accountId: string, agentId: string): Promise<LiveAgent | undefined> {
    return this.#deps.live.get(accountId, 'agent', agentId);
  }

  /** Whether its status is not offline. */
  async isAtWork(accountId: string, agentId: string): Promise<boolean> {
    const agent = await this.get(accountId, agentId);
    return agent !== undefined && agent.status !== 'offline';
  }

  /**
   * Brings an agent online, to the status of the settings. Changes nothing where it is online.
   * @param agent its record as it is now
   * @throws AgentBlockedError
   */
  async goOnline(agent: Agent, asker: Asker): Promise<void> {
    if (agent.blockedAt !== undefined) throw new AgentBlockedError(agent.id);
    const { statusOnline } = await this.#deps.settingsOf(agent.accountId);
    const profile = profileOf(agent);
    await this.#signal(
      agent.accountId,
      agent.id,
      profile,
      { type: 'profileChanged', profile },
      {
        type: 'goOnline',
        statusOnline,
        ...asker,
      },
    );
  }

  /** @throws AgentStatusNotAllowedError, RestReasonUnknownError */
  async ask(
    agent: Agent,
    wanted: { readonly status: AskableStatus; readonly restReason?: string | undefined },
    asker: Asker,
  ): Promise<void> {
    if (wanted.status === 'offline') return this.goOffline(agent.accountId, agent.id, 'asked', asker);
    const settings = await this.#deps.settingsOf(agent.accountId);
    const restReasons = settings.restReasons.filter(({ enabled }) => enabled).map(({ name }) => name);
    const { status, restReason } = wanted;
    await this.#signal(agent.accountId, agent.id, profileOf(agent), {
      type: 'ask',
      status,
      restReason,
      restReasons,
      ...asker,
    });
  }

  async goOffline(
    accountId: string,
    agentId: string,
    why: 'asked' | 'loggedOut' | 'forcedOffline',
    asker: Asker,
  ): Promise<void> {
    await this.#signal(accountId, agentId, undefined, { type: 'goOffline', why, ...asker });
  }

  /** @throws AgentStatusNotAllowedError */
  async endAfterCallWork(agent: Agent, asker: Asker): Promise<void> {
    await this.#signal(agent.accountId, agent.id, profileOf(agent), { type: 'endAfterCallWork', ...asker });
  }

  /** @throws AgentStatusNotAllowedError */
  async continueAfterCallWork(agent: Agent): Promise<void> {
    await this.#signal(agent.accountId, agent.id, profileOf(agent), { type: 'continueAfterCallWork' });
  }

  /** A phone of the agent's registered: where it was left out since nothing of it could be rung, it gets calls again. */
  async phoneRegistered(accountId: string, agentId: string): Promise<void> {
    if ((await this.get(accountId, agentId))?.unreachable === undefined) return;
    await this.#signal(accountId, agentId, undefined, { type: 'reachableAgain' });
  }

  /** Its record was changed or removed (`after` undefined): groups and phones are taken over, one who is blocked or gone goes offline. */
  async recordChanged(accountId: string, agentId: string, after: Agent | undefined): Promise<void> {
    if (!after || after.blockedAt !== undefined) {
      await this.goOffline(accountId, agentId, 'forcedOffline', { by: 'admin' });
    }
    const profile = after ? profileOf(after) : noProfile;
    await this.#signal(accountId, agentId, undefined, { type: 'profileChanged', profile });
    if (!after) await this.#remove(accountId, agentId);
  }

  /** One who is in a call stays until it is over, and offline after it. */
  async #remove(accountId: string, agentId: string): Promise<void> {
    const { live } = this.#deps;
    await decideAndCommit(live, accountId, async () => {
      const agent = await live.get(accountId, 'agent', agentId);
      if (agent?.status !== 'offline') return undefined;
      return [{ remove: { kind: 'agent', id: agentId, revision: agent.revision } }];
    });
  }

  /** @param absent what an agent that is not live yet has; undefined: such a one is left alone */
  async #signal(
    accountId: string,
    agentId: string,
    absent: AgentProfile | undefined,
    ...signals: AgentSignal[]
  ): Promise<void> {
    const { live, clock } = this.#deps;
    const at = clock.now();
    const make = absent && (() => newLiveAgent(accountId, agentId, absent, at));
    await signalAgent(live, accountId, agentId, signals, at, make);
  }
}

/** What routing needs of an agent's record. */
export function profileOf(agent: Pick<Agent, 'skillGroups' | 'endpointId' | 'mobileAnswer' | 'phone'>): AgentProfile {
  const { skillGroups, endpointId, mobileAnswer, phone } = agent;
  const mobileRings = mobileAnswer !== 'off' && phone !== undefined;
  return {
    skillGroups: skillGroups.map(({ skillGroupId, priority }) => ({ skillGroupId, priority })),
    reachableWithoutClient: endpointId !== undefined || mobileRings,
    mobileRings,
  };
}

const noProfile: AgentProfile = { skillGroups: [], reachableWithoutClient: false };
