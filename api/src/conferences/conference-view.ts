import type { Schema } from '@hookswitch/openapi/operations';
import { type Conference, isThere, type Participant } from './conference.js';

/** A conference as users see it. */
export function conferenceView(conference: Conference): Schema<'Conference'> {
  const { id, accountId, name, status, startedAt, endedAt, endedBecause, sequence, createdAt, updatedAt } = conference;
  const participants = conference.participants.filter(isThere).length;
  const times = { startedAt, endedAt, endedBecause, lastEventSequence: sequence, createdAt, updatedAt };
  return { id, accountId, name, status, participants, ...times };
}

/** A participant as users see it. */
export function participantView(participant: Participant): Schema<'ConferenceParticipant'> {
  const { nodeId: _, reconnecting: __, ...shown } = participant;
  return { ...shown, status: participantStatus(participant) };
}

export function participantStatus({ leftAt, reconnecting }: Participant): Schema<'ConferenceParticipant'>['status'] {
  if (leftAt !== null) return 'left';
  return reconnecting ? 'reconnecting' : 'connected';
}
