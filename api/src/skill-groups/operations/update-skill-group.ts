import type { OperationHandler } from '../../operation/handler.js';
import type { SkillGroupDeps } from '../skill-group-deps.js';
import { skillGroupView } from '../skill-group-view.js';
import { updateSkillGroup as update } from '../update-skill-group.js';

export function updateSkillGroup(deps: SkillGroupDeps): OperationHandler<'updateSkillGroup'> {
  return async ({ params, body }, { account }) => ({
    status: 200,
    body: skillGroupView(await update(deps, account.id, params.skillGroupId, body)),
  });
}
