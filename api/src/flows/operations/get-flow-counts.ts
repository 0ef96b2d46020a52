import type { OperationHandler } from '../../operation/handler.js';
import { InvalidRequestError } from '../../operation/request-errors.js';
import { hourOf } from '../counts/add-up.js';
import type { FlowDeps } from '../flow-deps.js';
import { FlowNotFoundError } from '../flow-errors.js';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const longestDays = 400;

export function getFlowCounts({ flows, flowCounts, clock }: FlowDeps): OperationHandler<'getFlowCounts'> {
  return async ({ params: { flowId }, query }, { account }) => {
    if (!(await flows.get(account.id, flowId))) throw new FlowNotFoundError(flowId);
    const to = query.to === undefined ? hourOf(clock.now()) + hourMs : hourOf(Date.parse(query.to));
    const from = query.from === undefined ? to - dayMs : hourOf(Date.parse(query.from));
    if (from > to) throw new InvalidRequestError([{ pointer: 'query:from', message: 'must not be after `to`' }]);
    if (to - from > longestDays * dayMs)
      throw new InvalidRequestError([
        { pointer: 'query:from', message: `must be at most ${longestDays} days before \`to\`` },
      ]);
    const nodes = await flowCounts.read({ accountId: account.id, flowId, version: query.version, from, to });
    return {
      status: 200,
      body: {
        flowId,
        from: new Date(from).toISOString(),
        to: new Date(to).toISOString(),
        nodes: nodes.map((count) => ({ ...count, exits: { ...count.exits } })),
      },
    };
  };
}
