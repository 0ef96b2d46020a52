import type { OperationHandler } from '../../operation/handler.js';
import type { ConferenceApiDeps } from '../conference-api-deps.js';
import { participantView } from '../conference-view.js';
import { findConference, findParticipant } from './find-conference.js';

export function getConferenceParticipant({
  conferences,
}: ConferenceApiDeps): OperationHandler<'getConferenceParticipant'> {
  return async ({ params: { conferenceId, callId } }, { account }) => {
    const conference = await findConference(conferences, account.id, conferenceId);
    return { status: 200, body: participantView(findParticipant(conference, callId)) };
  };
}
