import type { Clock } from '@hookswitch/kernel/clock';
import type { OperationHandler } from '../../operation/handler.js';
import { ResourceNotFoundError } from '../../operation/request-errors.js';
import type { SkillGroup } from '../../skill-groups/skill-group.js';
import type { CentreViews } from '../centre-views.js';
import { queuePlaces } from '../expected-wait.js';
import { queueView } from '../queue-view.js';

/** What the operation on queues needs. */
export interface QueueDeps {
  readonly views: CentreViews;
  readonly skillGroups: { get(accountId: string, id: string): Promise<SkillGroup | undefined> };
  readonly clock: Clock;
}

export function getQueue({ views, skillGroups, clock }: QueueDeps): OperationHandler<'getQueue'> {
  return async ({ params: { skillGroupId } }, { account }) => {
    const group = await skillGroups.get(account.id, skillGroupId);
    if (!group) throw new ResourceNotFoundError('skill group', skillGroupId);
    const centre = await views.get(account.id);
    const groups = new Map([[group.id, group]]);
    const live = { agents: centre.agents.values(), entries: centre.entries.values() };
    const places = queuePlaces(group.id, live, groups, clock.now());
    return { status: 200, body: queueView(group.id, places, centre) };
  };
}
