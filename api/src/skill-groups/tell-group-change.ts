import type { SkillGroup } from './skill-group.js';
import type { SkillGroupDeps } from './skill-group-deps.js';

/** Tells a change that is stored. Whoever listens reads again sooner or later, so a failure is noted and nothing undone. */
export async function tellGroupChange(
  { skillGroupChanged, logger }: Pick<SkillGroupDeps, 'skillGroupChanged' | 'logger'>,
  accountId: string,
  skillGroupId: string,
  after: SkillGroup | undefined,
): Promise<void> {
  try {
    await skillGroupChanged({ accountId, skillGroupId, after });
  } catch (error) {
    logger.error({ err: error, accountId, skillGroupId }, 'a changed skill group could not be told to routing');
  }
}
