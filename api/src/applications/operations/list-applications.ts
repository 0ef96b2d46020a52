import type { OperationHandler } from '../../operation/handler.js';
import type { ApplicationDeps } from '../application-deps.js';
import { applicationView } from '../application-view.js';

export function listApplications({ applications }: ApplicationDeps): OperationHandler<'listApplications'> {
  return async ({ query: { limit, cursor } }, context) => {
    const page = await applications.list(context.account.id, { limit: limit ?? 50, cursor });
    return { status: 200, body: { items: page.items.map(applicationView), nextCursor: page.nextCursor } };
  };
}
