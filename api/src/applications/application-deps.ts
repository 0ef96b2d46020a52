import type { Clock } from '@hookswitch/kernel/clock';
import type { NewId } from '@hookswitch/kernel/ids';
import type { Random } from '@hookswitch/kernel/random';
import type { Settings } from '../config/settings.js';
import type { SecretBox } from '../secrets/index.js';
import type { Filter } from '../store/tenant-collection.js';
import type { ApplicationStore } from './application.js';

/** What the application use cases need. */
export interface ApplicationDeps {
  readonly applications: ApplicationStore;
  /** What may name an application, by name: numbers and endpoints. */
  readonly applicationUsers: Readonly<Record<string, ApplicationUser>>;
  readonly secretBox: SecretBox;
  readonly clock: Clock;
  readonly random: Random;
  readonly newId: NewId;
  readonly settings: Pick<Settings, 'signingSecretOverlapHours'>;
}

/** A collection whose records may name an application. */
export interface ApplicationUser {
  count(accountId: string, where: Filter<{ readonly applicationId?: string }>): Promise<number>;
}
