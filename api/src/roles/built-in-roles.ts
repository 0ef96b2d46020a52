import { operationTable } from '@hookswitch/openapi/operations';
import type { Scope } from '../accounts/index.js';
import type { Grants } from '../operation/principal.js';

/** A role that every account has. */
export interface BuiltInRole extends Grants {
  readonly id: 'admin' | 'supervisor' | 'agent';
  readonly name: string;
  readonly description: string;
}

const everyScope = [...new Set(Object.values(operationTable).flatMap(({ scope }) => scope ?? []))].sort();
const withOwn = new Set(Object.values(operationTable).flatMap(({ scope, own }) => (own && scope) ?? []));

/** What belongs to the account's owner, who has its keys, and to no agent: keys, accounts, the installation's nodes, relays and bans, and tokens with which a program logs any agent in. */
const ownersOnly = /^(accounts|keys|api-keys|agent-tokens|nodes|relays|sip-bans):/;
/** What every agent may do to work: know the centre and who works in it, keep a harassing caller out. */
const forAgents = new Set<string>([
  'skill-groups:read',
  'contact-centre:read',
  'colleagues:read',
  'digit-templates:read',
  'blacklist:add',
]);
/** What supervisors do beside that and reading everything: work in calls and on people at work, not on the set-up. */
const supervisorWrites =
  /^((contacts|conferences|agent-status|blacklist|internal-messages|wecom-tasks|callback-requests):write|contacts:supervise)$/;
/** What supervisors do not even see: logs of what administrators did, mails with passwords, and what the developer's systems are told. */
const notForSupervisors = /^(audit|notifications|webhooks|events):/;

/** What the role may do only for the agent's own things: all that can be an agent's own. */
const ownScopes: readonly Scope[] = everyScope.filter((scope) => withOwn.has(scope) && !ownersOnly.test(scope));

/**
 * The roles that every account has. They follow from the API description, so that a new operation is in the right ones by its scope: an administrator has everything but what is the
 * owner's; a supervisor reads the centre and acts in calls; an agent has what is its own.
 */
export const builtInRoles: readonly BuiltInRole[] = [
  {
    id: 'admin',
    name: 'Administrator',
    description: 'Everything but keys, accounts, nodes, relays and bans.',
    scopes: everyScope.filter((scope) => !ownersOnly.test(scope)),
    ownScopes: [],
  },
  {
    id: 'supervisor',
    name: 'Supervisor',
    description: 'Sees the whole centre and acts in its calls; does not change its set-up.',
    scopes: everyScope.filter(
      (scope) =>
        !ownersOnly.test(scope) &&
        !notForSupervisors.test(scope) &&
        (scope.endsWith(':read') || supervisorWrites.test(scope) || forAgents.has(scope)),
    ),
    ownScopes,
  },
  {
    id: 'agent',
    name: 'Agent',
    description: 'Works in calls: sees and does what is its own.',
    scopes: everyScope.filter((scope) => forAgents.has(scope)),
    ownScopes,
  },
];

export function builtInRole(id: string): BuiltInRole | undefined {
  return builtInRoles.find((role) => role.id === id);
}
