import type { OperationHandler } from '../../operation/handler.js';
import { deleteSkillGroup as remove } from '../delete-skill-group.js';
import type { SkillGroupDeps } from '../skill-group-deps.js';

export function deleteSkillGroup(deps: SkillGroupDeps): OperationHandler<'deleteSkillGroup'> {
  return async ({ params }, { account }) => {
    await remove(deps, account.id, params.skillGroupId);
    return { status: 204 };
  };
}
