import type { Schema } from '@hookswitch/openapi/operations';
import { ResourceNotFoundError } from '../operation/request-errors.js';
import { changeRecord } from '../store/change-record.js';
import { withChange } from '../store/with-change.js';
import { checkOverflow } from './check-overflow.js';
import type { SkillGroup } from './skill-group.js';
import type { SkillGroupDeps } from './skill-group-deps.js';
import { asSkillGroupError } from './skill-group-errors.js';
import { tellGroupChange } from './tell-group-change.js';

/** @throws ResourceNotFoundError, SkillGroupNameTakenError, InvalidRequestError */
export async function updateSkillGroup(
  deps: SkillGroupDeps,
  accountId: string,
  id: string,
  request: Schema<'UpdateSkillGroupRequest'>,
): Promise<SkillGroup> {
  const { skillGroups, clock } = deps;
  if (!(await skillGroups.get(accountId, id))) throw new ResourceNotFoundError('skill group', id);
  const overflow = request.overflow && (await checkOverflow(skillGroups, accountId, request.overflow, id));
  let changed: SkillGroup | undefined;
  try {
    changed = await changeRecord(skillGroups, clock, accountId, id, (group) =>
      withChange(group, { ...request, overflow }),
    );
  } catch (error) {
    throw asSkillGroupError(error);
  }
  if (!changed) throw new ResourceNotFoundError('skill group', id);
  await tellGroupChange(deps, accountId, id);
  return changed;
}
