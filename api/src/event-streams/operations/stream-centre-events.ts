import { hasScope } from '../../accounts/index.js';
import { ScopeMissingError } from '../../http/http-errors.js';
import type { OperationHandler } from '../../http/operation.js';
import { supervisors } from '../event-streams.js';
import { type EventStreamDeps, streamContent } from '../open-stream.js';

export function streamCentreEvents(deps: EventStreamDeps): OperationHandler<'streamCentreEvents'> {
  return async ({ query: { after }, headers }, { account, principal }) => {
    // Its events have customers' numbers whole.
    if (!hasScope(principal, 'calls:read')) throw new ScopeMissingError('calls:read');
    const content = streamContent(
      deps,
      { accountId: account.id, of: supervisors },
      { after, lastEventId: headers['Last-Event-ID'] },
      principal,
    );
    return { status: 200, content };
  };
}
