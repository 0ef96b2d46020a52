import type { Clock } from '@hookswitch/kernel/clock';
import type { NewId } from '@hookswitch/kernel/ids';
import type { ApplicationStore } from '../applications/index.js';
import type { FlowReferences } from '../flows/index.js';
import type { NumberGroupStore } from '../number-groups/number-group.js';
import type { SkillGroupStore } from '../skill-groups/skill-group.js';
import type { TrunkStore } from '../trunks/index.js';
import type { PhoneNumberStore } from './phone-number-record.js';

/** What the number use cases need. */
export interface NumberDeps {
  readonly numbers: PhoneNumberStore;
  readonly flowReferences: Pick<FlowReferences, 'subFlows'>;
  readonly applications: Pick<ApplicationStore, 'get'>;
  readonly trunks: Pick<TrunkStore, 'get'>;
  readonly numberGroups: Pick<NumberGroupStore, 'get'>;
  readonly skillGroups: Pick<SkillGroupStore, 'get'>;
  readonly clock: Clock;
  readonly newId: NewId;
}
