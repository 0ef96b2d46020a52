import { ResourceNotFoundError } from '../operation/request-errors.js';
import { changeRecord } from '../store/change-record.js';
import type { SkillGroupDeps } from './skill-group-deps.js';
import { tellGroupChange } from './tell-group-change.js';

/** Deletes a group; its agents and the groups that overflowed into it stay, without it. @throws ResourceNotFoundError */
export async function deleteSkillGroup(deps: SkillGroupDeps, accountId: string, id: string): Promise<void> {
  if (!(await deps.skillGroups.remove(accountId, id))) throw new ResourceNotFoundError('skill group', id);
  await deps.emptyGroup(accountId, id);
  await dropFromOverflow(deps, accountId, id);
  await tellGroupChange(deps, accountId, id);
}

async function dropFromOverflow(
  deps: Pick<SkillGroupDeps, 'skillGroups' | 'skillGroupNews' | 'clock' | 'logger'>,
  accountId: string,
  id: string,
): Promise<void> {
  const { skillGroups, clock } = deps;
  let cursor: string | undefined;
  do {
    const page = await skillGroups.list(accountId, { limit: 100, cursor });
    for (const { id: other, overflow } of page.items) {
      if (!overflow.some(({ skillGroupId }) => skillGroupId === id)) continue;
      await changeRecord(skillGroups, clock, accountId, other, (group) => ({
        ...group,
        overflow: group.overflow.filter(({ skillGroupId }) => skillGroupId !== id),
      }));
      await tellGroupChange(deps, accountId, other);
    }
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
}
