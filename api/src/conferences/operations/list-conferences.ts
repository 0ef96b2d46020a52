import type { OperationHandler } from '../../operation/handler.js';
import { asTimestamp } from '../../store/timestamp.js';
import type { ConferenceApiDeps } from '../conference-api-deps.js';
import { conferenceView } from '../conference-view.js';

export function listConferences({ conferences }: ConferenceApiDeps): OperationHandler<'listConferences'> {
  return async ({ query: { limit = 50, cursor, status, name, createdFrom, createdTo } }, { account }) => {
    const made = {
      ...(createdFrom === undefined ? {} : { gte: asTimestamp(createdFrom) }),
      ...(createdTo === undefined ? {} : { lt: asTimestamp(createdTo) }),
    };
    const where = {
      ...(status === undefined ? {} : { status }),
      ...(name === undefined ? {} : { name }),
      ...(Object.keys(made).length === 0 ? {} : { createdAt: made }),
    };
    const { items, nextCursor } = await conferences.list(account.id, { where, limit, cursor });
    return { status: 200, body: { items: items.map(conferenceView), nextCursor } };
  };
}
