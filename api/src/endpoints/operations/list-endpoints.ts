import type { OperationHandler } from '../../http/operation.js';
import type { EndpointDeps } from '../endpoint-deps.js';
import { endpointView } from '../endpoint-view.js';

export function listEndpoints({ endpoints }: EndpointDeps): OperationHandler<'listEndpoints'> {
  return async ({ query: { limit, cursor, ...where } }, context) => {
    const page = await endpoints.list(context.account.id, { limit: limit ?? 50, cursor, where });
    return { status: 200, body: { items: page.items.map(endpointView), nextCursor: page.nextCursor } };
  };
}
