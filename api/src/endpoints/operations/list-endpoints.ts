import type { OperationHandler } from '../../operation/handler.js';
import type { EndpointDeps } from '../endpoint-deps.js';
import { currentEndpointView } from '../endpoint-view.js';

export function listEndpoints(deps: EndpointDeps): OperationHandler<'listEndpoints'> {
  return async ({ query: { limit, cursor, ...where } }, context) => {
    const page = await deps.endpoints.list(context.account.id, { limit: limit ?? 50, cursor, where });
    const items = await Promise.all(page.items.map((endpoint) => currentEndpointView(deps, endpoint)));
    return { status: 200, body: { items, nextCursor: page.nextCursor } };
  };
}
