import type { Clock } from '@hookswitch/kernel/clock';
import type { NewId } from '@hookswitch/kernel/ids';
import type { Logger } from '@hookswitch/kernel/logger';
import type { SkillGroupStore } from './skill-group.js';
import type { SkillGroupNews } from './skill-group-news.js';

/** What the skill group use cases need. */
export interface SkillGroupDeps {
  readonly skillGroups: SkillGroupStore;
  /** Takes every agent out of a group that is gone. */
  readonly emptyGroup: (accountId: string, skillGroupId: string) => Promise<void>;
  readonly skillGroupNews: Pick<SkillGroupNews, 'tell'>;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly logger: Logger;
}
