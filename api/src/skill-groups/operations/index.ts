import type { OperationHandlers } from '../../operation/handler.js';
import type { SkillGroupDeps } from '../skill-group-deps.js';
import { createSkillGroup } from './create-skill-group.js';
import { deleteSkillGroup } from './delete-skill-group.js';
import { getSkillGroup } from './get-skill-group.js';
import { listSkillGroups } from './list-skill-groups.js';
import { updateSkillGroup } from './update-skill-group.js';

/** The HTTP face of skill groups. */
export function skillGroupOperations(deps: SkillGroupDeps) {
  return {
    createSkillGroup: createSkillGroup(deps),
    listSkillGroups: listSkillGroups(deps),
    getSkillGroup: getSkillGroup(deps),
    updateSkillGroup: updateSkillGroup(deps),
    deleteSkillGroup: deleteSkillGroup(deps),
  } satisfies Partial<OperationHandlers>;
}
