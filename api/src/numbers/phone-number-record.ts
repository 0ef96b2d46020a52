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
}

export type PhoneNumberStore = TenantCollection<PhoneNumber>;

export const phoneNumberCollection: CollectionDefinition<PhoneNumber> = {
  name: 'numbers',
  unique: [{ name: 'number', fields: ['number'], within: 'installation' }],
  indexes: [['applicationId']],
};
