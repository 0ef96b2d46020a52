import type { Clock } from '@hookswitch/kernel/clock';
import type { NewId } from '@hookswitch/kernel/ids';
import type { Logger } from '@hookswitch/kernel/logger';
import type { CentreSettingsOf } from '../contact-centre/index.js';
import type { EndpointStore } from '../endpoints/index.js';
import type { RoleStore } from '../roles/index.js';
import type { SkillGroupStore } from '../skill-groups/index.js';
import type { Agent, AgentStore } from './agent.js';

/** What the agent use cases need. */
export interface AgentDeps {
  readonly agents: AgentStore;
  readonly skillGroups: Pick<SkillGroupStore, 'get' | 'list'>;
  readonly roles: Pick<RoleStore, 'get' | 'list'>;
  readonly endpoints: Pick<EndpointStore, 'get'>;
  readonly settingsOf: CentreSettingsOf;
  readonly access: AgentAccess;
  readonly agentChanged: AgentChanged;
  /** Whether the agent is at work now: its status is not offline. */
  readonly isAtWork: (accountId: string, agentId: string) => Promise<boolean>;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly logger: Logger;
}

/** Told after an agent was made (`before` undefined), changed or removed (`after` undefined). Routing lives on it: groups, how the agent is reached, being blocked. */
export type AgentChanged = (change: AgentChange) => Promise<void>;

export interface AgentChange {
  readonly accountId: string;
  readonly agentId: string;
  readonly before: Agent | undefined;
  readonly after: Agent | undefined;
}

/** What agents log in with. It stands apart from their records, which many read. */
export interface AgentAccess {
  /** Asked before an agent is made. @throws ChannelMissingError where a password is to be mailed and mails cannot be sent */
  checkAdmission(options: { readonly sendPassword: boolean }): void;
  /** Makes a first password and mails it, or makes none: then a program logs the agent in, or an administrator sets a password. */
  admit(agent: Agent, options: { readonly sendPassword: boolean }): Promise<void>;
  /** Ends every session; the agent may log in again unless blocked. */
  endSessions(agent: Agent, because: 'forcedOffline'): Promise<void>;
  /** Removes all the agent could log in with, and ends every session. */
  remove(agent: Agent): Promise<void>;
}
