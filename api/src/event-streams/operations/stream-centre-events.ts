import { seesNumbers } from '../../number-protection/index.js';
import type { OperationHandler } from '../../operation/handler.js';
import { ScopeMissingError } from '../../operation/request-errors.js';
import { supervisors } from '../event-streams.js';
import { type EventStreamDeps, streamContent } from '../open-stream.js';

export function streamCentreEvents(deps: EventStreamDeps): OperationHandler<'streamCentreEvents'> {
  return async ({ query: { after }, headers }, context) => {
    // Its events have customers' numbers whole.
    if (!seesNumbers(context)) throw new ScopeMissingError('calls:read');
    const content = streamContent(
      deps,
      { accountId: context.account.id, of: supervisors },
      { after, lastEventId: headers['Last-Event-ID'] },
      context.principal,
    );
    return { status: 200, content };
  };
}
