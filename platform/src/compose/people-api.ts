import { agentAccess, type LoginDeps } from '@hookswitch/api/agent-login/index';
import { type AgentDeps, emptyGroup } from '@hookswitch/api/agents/index';
import type { Settings } from '@hookswitch/api/config/settings';
import { createNotifier, type NotificationDeps } from '@hookswitch/api/notifications/index';
import type { RoleDeps } from '@hookswitch/api/roles/index';
import type { SkillGroupDeps } from '@hookswitch/api/skill-groups/index';
import type { Backing } from './backing.js';
import type { Features } from './features.js';
import { composeMessageSenders, isProduction } from './message-senders.js';
import { composeSessionsEnded } from './sessions-ended.js';

export type PeopleApi = ReturnType<typeof composePeopleApi>;

/** What the operations on people need. */
export function composePeopleApi(backing: Backing, features: Features, settings: Settings) {
  const { clock, random, newId, logger, secretBox, stores, skillGroupNews } = backing;
  const { people, centre, accounts, endpoints } = features;
  const { skillGroups, centreSettingsOf: settingsOf } = centre;
  const notifier = createNotifier({ senders: composeMessageSenders(backing, features, settings), clock, logger });
  const { atWork } = features.acd;
  const agentChanged: AgentDeps['agentChanged'] = ({ accountId, agentId, after }) =>
    atWork.recordChanged(accountId, agentId, after);
  const agentLogin: LoginDeps = {
    ...people,
    accounts,
    skillGroups,
    attempts: stores.authenticationFailures,
    notifier,
    agentChanged,
    sessionsEnded: composeSessionsEnded(backing, features),
    secretBox,
    clock,
    random,
    newId,
    logger,
    settings,
  };
  const agents: AgentDeps = {
    ...people,
    skillGroups,
    endpoints,
    settingsOf,
    access: agentAccess(agentLogin),
    agentChanged,
    isAtWork: (accountId, agentId) => atWork.isAtWork(accountId, agentId),
    clock,
    newId,
    logger,
  };
  const roles: RoleDeps = { roles: people.roles, roleHolders: people.agents, clock, newId };
  const groups: SkillGroupDeps = {
    skillGroups,
    emptyGroup: (accountId, skillGroupId) => emptyGroup(agents, accountId, skillGroupId),
    skillGroupNews,
    clock,
    newId,
    logger,
  };
  const notifications: NotificationDeps = {
    notifications: people.notifications,
    secretBox,
    readable: !isProduction(settings),
  };
  return { notifier, operations: { agentLogin, agents, roles, skillGroups: groups, notifications } };
}
