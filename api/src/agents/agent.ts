import type { RingPlan } from '../contact-centre/centre-settings.js';
import type { CollectionDefinition, TenantCollection, TenantRecord } from '../store/tenant-collection.js';

/**
 * A member of a contact centre's staff: who they are, where they can be reached, which groups they serve. What they do at the moment (status, offer, call)
 * is a `LiveAgent` (`../acd/live-records.ts`).
 */
export interface Agent extends TenantRecord {
  readonly staffNumber: string;
  /** Lower case; unique in the account; the login name. */
  readonly email: string;
  readonly name: string;
  readonly nickname: string;
  /** The bound phone, E.164: code login, mobile answer, mobile call-out. */
  readonly phone?: string;
  /** 4 to 6 digits, the first 1 to 8; unique in the account. */
  readonly extension?: string;
  /** `admin`, `supervisor`, `agent`, or the id of a role of the account (RO…). */
  readonly role: string;
  readonly skillGroups: readonly GroupMembership[];
  /** The groups of `skillGroups` once more, for look-ups. `withGroups` keeps both in step. */
  readonly skillGroupIds: readonly string[];
  /** The SIP phone bound to the agent (SE…): rung by itself, and on behalf of the agent's client. */
  readonly endpointId?: string;
  /** Calls to the agent's mobile: never, only while no client of the agent is connected, or always. */
  readonly mobileAnswer: 'off' | 'whenOffline' | 'always';
  /** How its phones ring for a call. Undefined: as the contact centre's setting says. */
  readonly ringing?: RingPlan;
  /** Calls that the agent places go over the mobile first. */
  readonly mobileCallOut: boolean;
  /** Forced offline: no login and no calls until restored. Milliseconds since the epoch. */
  readonly blockedAt?: number;
}

export interface GroupMembership {
  readonly skillGroupId: string;
  /** 1 (highest) to 5; 3 unless said otherwise. */
  readonly priority: number;
}

/** The fields for these memberships. */
export function withGroups(skillGroups: readonly GroupMembership[]): Pick<Agent, 'skillGroups' | 'skillGroupIds'> {
  return { skillGroups, skillGroupIds: skillGroups.map(({ skillGroupId }) => skillGroupId) };
}

/** The priority in a group where none is given. */
export const defaultPriority = 3;

export type AgentStore = TenantCollection<Agent>;

export const agentCollection: CollectionDefinition<Agent> = {
  name: 'agents',
  unique: [
    { name: 'email', fields: ['email'], within: 'account' },
    { name: 'staffNumber', fields: ['staffNumber'], within: 'account' },
    { name: 'extension', fields: ['extension'], within: 'account' },
    { name: 'phone', fields: ['phone'], within: 'account' },
    { name: 'endpointId', fields: ['endpointId'], within: 'account' },
  ],
  indexes: [['skillGroupIds'], ['role'], ['updatedAt']],
};
