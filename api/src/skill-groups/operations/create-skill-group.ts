import type { OperationHandler } from '../../operation/handler.js';
import { createSkillGroup as create } from '../create-skill-group.js';
import type { SkillGroupDeps } from '../skill-group-deps.js';
import { skillGroupView } from '../skill-group-view.js';

export function createSkillGroup(deps: SkillGroupDeps): OperationHandler<'createSkillGroup'> {
  return async ({ body }, { account }) => ({
    status: 201,
    body: skillGroupView(await create(deps, account.id, body)),
  });
}
