import type { Clock } from '@hookswitch/kernel/clock';
import type { NewId } from '@hookswitch/kernel/ids';
import type { AgentStore } from '../agents/index.js';
import type { CentreSettingsOf } from '../contact-centre/index.js';
import type { SkillGroupStore } from '../skill-groups/index.js';
import type { CallbackRequestStore } from './callback-request.js';

/** What the use cases need. */
export interface CallbackRequestDeps {
  readonly callbackRequests: CallbackRequestStore;
  readonly agents: Pick<AgentStore, 'get'>;
  readonly skillGroups: Pick<SkillGroupStore, 'get'>;
  readonly centreSettingsOf: CentreSettingsOf;
  readonly clock: Clock;
  readonly newId: NewId;
}
