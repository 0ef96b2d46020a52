import type { Clock } from '@hookswitch/kernel/clock';
import type { NewId } from '@hookswitch/kernel/ids';
import type { CentreSettingsOf } from '../contact-centre/index.js';
import type { PhoneNumberStore } from '../numbers/index.js';
import type { BlacklistEntryStore } from './blacklist-entry.js';

/** What the use cases need. */
export interface BlacklistEntryDeps {
  readonly blacklist: BlacklistEntryStore;
  readonly numbers: Pick<PhoneNumberStore, 'get' | 'findOne'>;
  readonly clock: Clock;
  readonly newId: NewId;
}

/** What the operations need. */
export interface BlacklistApiDeps extends BlacklistEntryDeps {
  readonly centreSettingsOf: CentreSettingsOf;
}
