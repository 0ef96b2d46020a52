import type { OperationHandlers } from '../../operation/handler.js';
import type { ConferenceApiDeps } from '../conference-api-deps.js';
import { getConference } from './get-conference.js';
import { getConferenceParticipant } from './get-conference-participant.js';
import { listConferenceParticipants } from './list-conference-participants.js';
import { listConferences } from './list-conferences.js';
import { removeConferenceParticipant } from './remove-conference-participant.js';
import { updateConference } from './update-conference.js';
import { updateConferenceParticipant } from './update-conference-participant.js';

/** The HTTP face of conferences. */
export function conferenceOperations(deps: ConferenceApiDeps) {
  return {
    listConferences: listConferences(deps),
    getConference: getConference(deps),
    updateConference: updateConference(deps),
    listConferenceParticipants: listConferenceParticipants(deps),
    getConferenceParticipant: getConferenceParticipant(deps),
    updateConferenceParticipant: updateConferenceParticipant(deps),
    removeConferenceParticipant: removeConferenceParticipant(deps),
  } satisfies Partial<OperationHandlers>;
}
