import { BaseError } from '@hookswitch/kernel/base-error';
import type { OperationHandler } from '../../operation/handler.js';
import { asTimestamp, timestamp } from '../../store/timestamp.js';
import { statusRecordView } from '../agent-status-view.js';
import type { AgentStatusDeps } from './agent-status-deps.js';
import { recordOf } from './one-status.js';

const dayMs = 86_400_000;

/** The range of the question is empty, or 7 days or more. */
export class StatusRangeTooLongError extends BaseError {
  constructor() {
    super('invalid', 'status-range-too-long', 'Ask for less than 7 days at a time, with `from` before `to`.', {
      fields: [{ pointer: 'query:from', message: 'must lie before `to`, by less than 7 days' }],
    });
  }
}

export function listAgentStatusHistory(deps: AgentStatusDeps): OperationHandler<'listAgentStatusHistory'> {
  return async ({ params, query: { from, to, limit, cursor } }, { account }) => {
    const agent = await recordOf(deps, account.id, params.agentId);
    // Now is included: what changed in this very millisecond has happened.
    const before = to === undefined ? timestamp(deps.clock, 1) : asTimestamp(to);
    const since = from === undefined ? new Date(Date.parse(before) - dayMs).toISOString() : asTimestamp(from);
    const range = Date.parse(before) - Date.parse(since);
    if (!(range > 0 && range < 7 * dayMs)) throw new StatusRangeTooLongError();
    const where = { agentId: agent.id, changedAt: { gte: since, lt: before } };
    const page = await deps.statusChanges.list(account.id, { where, limit: limit ?? 50, cursor });
    return { status: 200, body: { items: page.items.map(statusRecordView), nextCursor: page.nextCursor } };
  };
}
