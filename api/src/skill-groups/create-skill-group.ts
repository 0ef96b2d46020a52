import type { Schema } from '@hookswitch/openapi/operations';
import { timestamp } from '../store/timestamp.js';
import { checkOverflow } from './check-overflow.js';
import { type SkillGroup, skillGroupDefaults } from './skill-group.js';
import type { SkillGroupDeps } from './skill-group-deps.js';
import { asSkillGroupError } from './skill-group-errors.js';
import { tellGroupChange } from './tell-group-change.js';

/** @throws SkillGroupNameTakenError, InvalidRequestError */
export async function createSkillGroup(
  deps: SkillGroupDeps,
  accountId: string,
  request: Schema<'CreateSkillGroupRequest'>,
): Promise<SkillGroup> {
  const { skillGroups, clock, newId } = deps;
  const now = timestamp(clock);
  const { ringTimeoutSeconds } = request;
  const group: SkillGroup = {
    id: newId('SG'),
    accountId,
    name: request.name,
    description: request.description ?? skillGroupDefaults.description,
    strategy: request.strategy ?? skillGroupDefaults.strategy,
    lastServedFirst: request.lastServedFirst ?? skillGroupDefaults.lastServedFirst,
    queuePriority: request.queuePriority ?? skillGroupDefaults.queuePriority,
    maxWaiting: request.maxWaiting ?? skillGroupDefaults.maxWaiting,
    overflow: await checkOverflow(skillGroups, accountId, request.overflow ?? []),
    ...(typeof ringTimeoutSeconds === 'number' && { ringTimeoutSeconds }),
    revision: 1,
    createdAt: now,
    updatedAt: now,
  };
  try {
    await skillGroups.insert(group);
  } catch (error) {
    throw asSkillGroupError(error);
  }
  await tellGroupChange(deps, accountId, group.id);
  return group;
}
