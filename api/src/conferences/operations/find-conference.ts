import { ResourceNotFoundError } from '../../operation/request-errors.js';
import type { Conference, ConferenceStore, Participant } from '../conference.js';

/** The account's conference of that id. @throws ResourceNotFoundError */
export async function findConference(
  conferences: ConferenceStore,
  accountId: string,
  conferenceId: string,
): Promise<Conference> {
  const conference = await conferences.get(accountId, conferenceId);
  if (!conference) throw new ResourceNotFoundError('conference', conferenceId);
  return conference;
}

/** The call as it is, or was last, in that conference. @throws ResourceNotFoundError */
export function findParticipant({ participants }: Conference, callId: string): Participant {
  const participant = participants.find((each) => each.callId === callId);
  if (!participant) throw new ResourceNotFoundError('participant', callId);
  return participant;
}
