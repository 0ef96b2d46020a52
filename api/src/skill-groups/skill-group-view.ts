import type { Schema } from '@hookswitch/openapi/operations';
import type { SkillGroup } from './skill-group.js';

/** A group as users see it. */
export function skillGroupView(group: SkillGroup): Schema<'SkillGroup'> {
  const { id, accountId, name, description, strategy, lastServedFirst, queuePriority, maxWaiting } = group;
  return {
    id,
    accountId,
    name,
    description,
    type: 'phone',
    strategy,
    ringAll: strategy === 'ringAll',
    lastServedFirst,
    // One agent, one phone call.
    maxConcurrency: 1,
    queuePriority,
    maxWaiting,
    overflow: group.overflow.map(({ afterSeconds, skillGroupId }) => ({ afterSeconds, skillGroupId })),
    ringTimeoutSeconds: group.ringTimeoutSeconds ?? null,
    createdAt: group.createdAt,
    updatedAt: group.updatedAt,
    revision: group.revision,
  };
}
