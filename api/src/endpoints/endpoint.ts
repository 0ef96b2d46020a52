import type { MediaEncryption } from '@hookswitch/media/port/media-encryption';
import type { DigestAlgorithm } from '@hookswitch/media/port/sip-directory';
import type { CollectionDefinition, TenantCollection, TenantRecord } from '../store/tenant-collection.js';

/** A SIP phone that registers with us. */
export interface Endpoint extends TenantRecord {
  /** User name it registers and is dialled by. Unique over the installation, so that a phone may use an IP address as its domain. */
  readonly username: string;
  readonly name: string;
  /**
   * The digest password, sealed (context: the endpoint's id). HA1s are made of it per realm, because the realm is the domain the phone uses, and one phone may
   * use a name or an address.
   */
  readonly sealedPassword: string;
  /** Offered to it, strongest first. */
  readonly algorithms: readonly DigestAlgorithm[];
  /** What a call from it runs. Calls from one without are refused with 403. */
  readonly applicationId?: string;
  /** Number shown to those it calls where the script names none. */
  readonly callerId?: string;
  /** How its sound is encrypted. Absent: `none`. */
  readonly mediaEncryption?: MediaEncryption;
}

export type EndpointStore = TenantCollection<Endpoint>;

export const endpointCollection: CollectionDefinition<Endpoint> = {
  name: 'endpoints',
  unique: [{ name: 'username', fields: ['username'], within: 'installation' }],
  indexes: [['applicationId']],
};
