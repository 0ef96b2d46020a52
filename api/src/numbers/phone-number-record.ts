import type { Schema } from '@hookswitch/openapi/operations';
import type { CollectionDefinition, TenantCollection, TenantRecord } from '../store/tenant-collection.js';

/** Weekly hours, holidays and exceptions in a time zone. */
export type ServiceHours = Schema<'ServiceHours'>;

/** A telephone number of an account. */
export interface PhoneNumber extends TenantRecord {
  /** E.164 with the plus sign; unique over the installation. */
  readonly number: string;
  readonly name: string;
  /** What a call to it runs: an application or a flow. Calls to a number without either are refused with 404. */
  readonly applicationId?: string;
  readonly flowId?: string;
  /** The live version where absent. */
  readonly flowVersion?: string;
  /** When calls are taken; always where absent. */
  readonly serviceHours?: ServiceHours;
  /** What a call outside the service hours runs. */
  readonly closedFlowId?: string;
  readonly closedFlowVersion?: string;
  /** The trunk that carries calls from this number. Any of the account's where left away. */
  readonly trunkId?: string;
  /** The group it is in (NG…). */
  readonly numberGroupId?: string;
  /** Skill groups whose calls out show it before others (NUM-03). */
  readonly outboundSkillGroupIds?: readonly string[];
  /** Shown to agents' mobiles before others (NUM-04). */
  readonly forAgentMobiles?: boolean;
  /** Whether calls out may show it. Default yes; a 400 number is inbound only. */
  readonly callOut?: boolean;
  /** An administrator took it out of service: it takes no calls and is shown to nobody. In service where absent. */
  readonly state?: 'normal' | 'stopped';
}

export function inService({ state }: Pick<PhoneNumber, 'state'>): boolean {
  return state !== 'stopped';
}

export type PhoneNumberStore = TenantCollection<PhoneNumber>;

export const phoneNumberCollection: CollectionDefinition<PhoneNumber> = {
  name: 'numbers',
  unique: [{ name: 'number', fields: ['number'], within: 'installation' }],
  indexes: [['applicationId'], ['flowId'], ['numberGroupId']],
};
