import type { SealedSigningSecret } from '../secrets/index.js';
import type { CollectionDefinition, TenantCollection, TenantRecord } from '../store/tenant-collection.js';

/** What a call does: where its scripts come from and where its progress is told. Numbers, endpoints and API calls name one. */
export interface Application extends TenantRecord {
  readonly name: string;
  /** Asked for the first script of a call. */
  readonly scriptUrl: string;
  /** Asked when the script URL fails or answers a bad script. */
  readonly fallbackUrl?: string;
  /** Told of every event of the application's calls, besides the account's webhook endpoints. */
  readonly statusCallbackUrl?: string;
  /** Given every CDR of the application's calls, besides the account's webhook endpoints. */
  readonly cdrPushUrl?: string;
  /** Sign the requests to the URLs above; newest first, the account's count where there is none. */
  readonly signingSecrets: readonly SealedSigningSecret[];
}

export type ApplicationStore = TenantCollection<Application>;

export const applicationCollection: CollectionDefinition<Application> = { name: 'applications' };
