import type { Clock } from '@hookswitch/kernel/clock';
import type { NewId } from '@hookswitch/kernel/ids';
import type { Random } from '@hookswitch/kernel/random';
import type { Settings } from '../config/settings.js';
import type { SecretBox } from '../secrets/index.js';
import type { AccountStore } from './account-store.js';
import type { ApiKeyStore } from './api-key-store.js';

/** What the account use cases need. */
export interface AccountDeps {
  readonly accounts: AccountStore;
  readonly keys: ApiKeyStore;
  readonly secretBox: SecretBox;
  readonly clock: Clock;
  readonly random: Random;
  readonly newId: NewId;
  readonly settings: Pick<
    Settings,
    | 'defaultConcurrentCalls'
    | 'defaultCallsPerSecond'
    | 'defaultMinutesPerDay'
    | 'defaultRequestsPerSecond'
    | 'signingSecretOverlapHours'
  >;
  /** What an account may still own when it is to be deleted, by name; anything left forbids it. */
  readonly holdings: Readonly<Record<string, { count(accountId: string): Promise<number> }>>;
}
