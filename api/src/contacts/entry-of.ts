import type { EntryDraft } from '../acd/index.js';
import type { Search, VisitRecord } from './state/visit.js';

/** The queue entry by which somebody is looked for. @throws TypeError where it is a number, which is called at once */
export function entryOf(search: Search, { id: contactId, accountId, nodeId, participants }: VisitRecord): EntryDraft {
  const { id, target, enqueuedAt, priority, onNoSeat = 'turnAway' } = search;
  if (target.kind === 'number') throw new TypeError('Numbers are not queued for.');
  return {
    id,
    accountId,
    contactId,
    callId: participants[0]?.callId ?? '',
    nodeId,
    enqueuedAt,
    priority,
    onNoSeat,
    ...(target.skillGroupId === undefined ? {} : { skillGroupId: target.skillGroupId }),
    ...(target.kind === 'agents'
      ? { onlyAgentIds: target.agentIds }
      : {
          preferredAgentIds: target.preferredAgentIds,
          ...(target.overflowSkillGroupIds === undefined
            ? {}
            : { overflowSkillGroupIds: target.overflowSkillGroupIds }),
          ...(target.lastServedAgentId === undefined ? {} : { lastServedAgentId: target.lastServedAgentId }),
        }),
  };
}
