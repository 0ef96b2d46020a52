import type { Clock } from '@hookswitch/kernel/clock';
import type { NewId } from '@hookswitch/kernel/ids';
import type { PhoneNumberStore } from '../numbers/phone-number-record.js';
import type { NumberGroupStore } from './number-group.js';

/** What the use cases need. */
export interface NumberGroupDeps {
  readonly numberGroups: NumberGroupStore;
  readonly numbers: Pick<PhoneNumberStore, 'count'>;
  readonly clock: Clock;
  readonly newId: NewId;
}
