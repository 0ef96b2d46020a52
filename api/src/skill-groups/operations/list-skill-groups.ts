import type { OperationHandler } from '../../operation/handler.js';
import { asTimestamp } from '../../store/timestamp.js';
import type { SkillGroupDeps } from '../skill-group-deps.js';
import { skillGroupView } from '../skill-group-view.js';

export function listSkillGroups({ skillGroups }: SkillGroupDeps): OperationHandler<'listSkillGroups'> {
  return async ({ query: { limit, cursor, skillGroupId, name, modifiedSince } }, { account }) => {
    const where = {
      ...(skillGroupId !== undefined && { id: skillGroupId }),
      ...(name !== undefined && { name: { part: name } }),
      ...(modifiedSince !== undefined && { updatedAt: { gte: asTimestamp(modifiedSince) } }),
    };
    const page = await skillGroups.list(account.id, { where, limit: limit ?? 50, cursor });
    const total = await skillGroups.count(account.id, where);
    return { status: 200, body: { items: page.items.map(skillGroupView), nextCursor: page.nextCursor, total } };
  };
}
