import type { OperationHandler } from '../../operation/handler.js';
import type { ConferenceApiDeps } from '../conference-api-deps.js';
import { conferenceView } from '../conference-view.js';
import { findConference } from './find-conference.js';

export function getConference({ conferences }: ConferenceApiDeps): OperationHandler<'getConference'> {
  return async ({ params: { conferenceId } }, { account }) => {
    const conference = await findConference(conferences, account.id, conferenceId);
    return { status: 200, body: conferenceView(conference) };
  };
}
