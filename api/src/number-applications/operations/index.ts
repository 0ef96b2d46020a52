import type { OperationHandlers } from '../../operation/handler.js';
import { ResourceNotFoundError } from '../../operation/request-errors.js';
import { applyForNumber } from '../apply-for-number.js';
import { approveNumberApplication, rejectNumberApplication } from '../decide-number-application.js';
import type { NumberApplicationDeps } from '../number-application-deps.js';
import { numberApplicationView } from '../number-application-view.js';

/** The HTTP face of applications for numbers. */
export function numberApplicationOperations(deps: NumberApplicationDeps) {
  const { numberApplications } = deps;
  return {
    createNumberApplication: async ({ body }, { account }) => ({
      status: 201,
      body: numberApplicationView(await applyForNumber(deps, account.id, body)),
    }),
    listNumberApplications: async ({ query: { limit, cursor, ...where } }, { account }) => {
      const page = await numberApplications.list(account.id, { limit: limit ?? 50, cursor, where });
      return { status: 200, body: { items: page.items.map(numberApplicationView), nextCursor: page.nextCursor } };
    },
    getNumberApplication: async ({ params: { numberApplicationId: id } }, { account }) => {
      const application = await numberApplications.get(account.id, id);
      if (!application) throw new ResourceNotFoundError('number application', id);
      return { status: 200, body: numberApplicationView(application) };
    },
    approveNumberApplication: async ({ params, body }, { account }) => ({
      status: 200,
      body: numberApplicationView(await approveNumberApplication(deps, account, params.numberApplicationId, body)),
    }),
    rejectNumberApplication: async ({ params, body }, { account }) => ({
      status: 200,
      body: numberApplicationView(await rejectNumberApplication(deps, account.id, params.numberApplicationId, body)),
    }),
  } satisfies Partial<OperationHandlers>;
}
