import type { OperationHandler } from '../../http/operation.js';
import { supervisors } from '../event-streams.js';
import { type EventStreamDeps, streamContent } from '../open-stream.js';

export function streamCentreEvents(deps: EventStreamDeps): OperationHandler<'streamCentreEvents'> {
  return async ({ query: { after }, headers }, { account, principal }) => ({
    status: 200,
    content: streamContent(
      deps,
      { accountId: account.id, of: supervisors },
      { after, lastEventId: headers['Last-Event-ID'] },
      principal,
    ),
  });
}
