import type { OperationHandler } from '../../operation/handler.js';
import { ResourceNotFoundError } from '../../operation/request-errors.js';
import type { SkillGroupDeps } from '../skill-group-deps.js';
import { skillGroupView } from '../skill-group-view.js';

export function getSkillGroup({ skillGroups }: SkillGroupDeps): OperationHandler<'getSkillGroup'> {
  return async ({ params: { skillGroupId } }, { account }) => {
    const group = await skillGroups.get(account.id, skillGroupId);
    if (!group) throw new ResourceNotFoundError('skill group', skillGroupId);
    return { status: 200, body: skillGroupView(group) };
  };
}
