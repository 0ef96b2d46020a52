import type { OperationHandler } from '../../operation/handler.js';
import type { ConferenceApiDeps } from '../conference-api-deps.js';
import { findConference, findParticipant } from './find-conference.js';

export function removeConferenceParticipant({
  conferences,
  conferenceControl,
}: ConferenceApiDeps): OperationHandler<'removeConferenceParticipant'> {
  return async ({ params: { conferenceId, callId } }, { account }) => {
    const conference = await findConference(conferences, account.id, conferenceId);
    findParticipant(conference, callId);
    await conferenceControl.remove(conference, callId);
    return { status: 204 };
  };
}
