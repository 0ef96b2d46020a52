import type { CollectionDefinition, TenantCollection, TenantRecord } from '../store/tenant-collection.js';

/** A telephone number of an account. A call to it runs its application. */
export interface PhoneNumber extends TenantRecord {
  /** E.164 with the plus sign; unique over the installation. */
  readonly number: string;
  readonly name: string;
  /** Calls to a number without one are refused with 404. */
  readonly applicationId?: string;
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
}

export type PhoneNumberStore = TenantCollection<PhoneNumber>;

export const phoneNumberCollection: CollectionDefinition<PhoneNumber> = {
  name: 'numbers',
  unique: [{ name: 'number', fields: ['number'], within: 'installation' }],
  indexes: [['applicationId'], ['numberGroupId']],
};
