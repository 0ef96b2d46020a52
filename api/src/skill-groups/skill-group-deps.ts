import type { Clock } from '@hookswitch/kernel/clock';
import type { NewId } from '@hookswitch/kernel/ids';
import type { Logger } from '@hookswitch/kernel/logger';
import type { SkillGroup, SkillGroupStore } from './skill-group.js';

/** What the skill group use cases need. */
export interface SkillGroupDeps {
  readonly skillGroups: SkillGroupStore;
  /** Takes every agent out of a group that is gone. */
  readonly emptyGroup: (accountId: string, skillGroupId: string) => Promise<void>;
  readonly skillGroupChanged: SkillGroupChanged;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly logger: Logger;
}

/** Told after a group was made, changed or removed (`after` undefined). */
export type SkillGroupChanged = (change: {
  readonly accountId: string;
  readonly skillGroupId: string;
  readonly after: SkillGroup | undefined;
}) => Promise<void>;
