import type { SkillGroupDeps } from './skill-group-deps.js';

/** Tells a change that is stored. Whoever listens reads again sooner or later, so a failure is noted and nothing undone. */
export async function tellGroupChange(
  { skillGroupNews, logger }: Pick<SkillGroupDeps, 'skillGroupNews' | 'logger'>,
  accountId: string,
  skillGroupId: string,
): Promise<void> {
  try {
    await skillGroupNews.tell(accountId, skillGroupId);
  } catch (error) {
    logger.error({ err: error, accountId, skillGroupId }, 'a changed skill group could not be told to routing');
  }
}
