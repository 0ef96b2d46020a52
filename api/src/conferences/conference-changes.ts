import type { Conference, ConferenceEndedBecause, LeftBecause, Participant, ParticipantChange } from './conference.js';
import { isThere } from './conference.js';
import type { ConferenceEventType, NewConferenceEvent } from './conference-events.js';
import { conferenceView, participantView } from './conference-view.js';

/** What one write changes, and the events it pushes. */
export interface ConferenceChange {
  readonly conference: Conference;
  readonly events: readonly NewConferenceEvent[];
}

/** So many of those who left are kept on the record. */
const keptParticipants = 200;

/** A call came; or came again, where its conference had lost its node. */
export function joined(conference: Conference, participant: Participant): ConferenceChange {
  const { callId } = participant;
  const known = conference.participants.find((each) => each.callId === callId && isThere(each));
  if (known) {
    const { reconnecting: _, ...back } = known;
    return { conference: withParticipant(conference, { ...back, nodeId: participant.nodeId }), events: [] };
  }
  const changed = { ...conference, participants: withNewcomer(conference.participants, participant) };
  return { conference: changed, events: [about('conference.participant-joined', changed, participant)] };
}

/** Two are there, one of whom may begin it. Undefined where it had begun. */
export function started(conference: Conference, at: string): ConferenceChange | undefined {
  if (conference.status !== 'init') return undefined;
  const changed: Conference = { ...conference, status: 'in-progress', startedAt: at };
  return { conference: changed, events: [about('conference.started', changed)] };
}

/** A participant was changed. Undefined where it is not there, or is as wanted. */
export function updated(
  conference: Conference,
  callId: string,
  change: ParticipantChange,
): ConferenceChange | undefined {
  const before = present(conference, callId);
  if (!before) return undefined;
  const differs = Object.entries(change).some(([name, value]) => before[name as keyof ParticipantChange] !== value);
  if (!differs) return undefined;
  const participant = { ...before, ...change };
  const changed = withParticipant(conference, participant);
  return { conference: changed, events: [about('conference.participant-updated', changed, participant)] };
}

/** A call left. Undefined where it is not there. */
export function left(
  conference: Conference,
  callId: string,
  because: LeftBecause,
  at: string,
): ConferenceChange | undefined {
  const before = present(conference, callId);
  if (!before) return undefined;
  const { reconnecting: _, ...known } = before;
  const participant: Participant = { ...known, leftAt: at, leftBecause: because };
  const changed = withParticipant(conference, participant);
  return { conference: changed, events: [about('conference.participant-left', changed, participant)] };
}

/** It is over. Whoever was still there has left. Undefined where it was over. */
export function ended(
  conference: Conference,
  because: ConferenceEndedBecause,
  at: string,
): ConferenceChange | undefined {
  if (conference.status === 'completed') return undefined;
  const why: LeftBecause = because === 'nodeLost' ? 'lost' : 'ended';
  const emptied = leaveAll(conference, conference.participants.filter(isThere), why, at);
  const { liveName: _, ...rest } = emptied.conference;
  const changed: Conference = { ...rest, status: 'completed', endedAt: at, endedBecause: because };
  return { conference: changed, events: [...emptied.events, about('conference.ended', changed)] };
}

/**
 * That node has it from now on. The calls of the one before are gone; those of others come again, and those of a node that was started anew may. Undefined where it is over.
 */
export function takenOver(conference: Conference, nodeId: string, at: string): ConferenceChange | undefined {
  if (conference.status === 'completed') return undefined;
  const there = conference.participants.filter(isThere);
  const gone = there.filter((each) => each.nodeId === conference.nodeId && nodeId !== conference.nodeId);
  const { conference: without, events } = leaveAll(conference, gone, 'lost', at);
  const participants = without.participants.map((each) =>
    isThere(each) ? { ...each, reconnecting: true as const } : each,
  );
  return { conference: { ...without, nodeId, participants }, events };
}

/** Those who have not come again yet. */
export function reconnecting({ participants }: Conference): readonly Participant[] {
  return participants.filter((each) => isThere(each) && each.reconnecting);
}

/** Those have left, for that reason. */
export function leaveAll(
  conference: Conference,
  leaving: readonly Participant[],
  because: LeftBecause,
  at: string,
): ConferenceChange {
  return leaving.reduce<ConferenceChange>(
    (so, { callId }) => {
      const change = left(so.conference, callId, because, at);
      return change ? { conference: change.conference, events: [...so.events, ...change.events] } : so;
    },
    { conference, events: [] },
  );
}

function present({ participants }: Conference, callId: string): Participant | undefined {
  return participants.find((each) => each.callId === callId && isThere(each));
}

function withParticipant(conference: Conference, participant: Participant): Conference {
  const { callId } = participant;
  const participants = conference.participants.map((each) =>
    each.callId === callId && isThere(each) ? participant : each,
  );
  return { ...conference, participants };
}

/** One that was here before stands at its new place only. */
function withNewcomer(participants: readonly Participant[], newcomer: Participant): readonly Participant[] {
  const others = participants.filter(({ callId }) => callId !== newcomer.callId);
  const gone = others.filter((each) => !isThere(each));
  const dropped = new Set(gone.slice(0, Math.max(0, gone.length - keptParticipants)));
  return [...others.filter((each) => !dropped.has(each)), newcomer];
}

/** The event's `lastEventSequence` is set where it is numbered. */
function about(type: ConferenceEventType, conference: Conference, participant?: Participant): NewConferenceEvent {
  return {
    type,
    data: {
      conference: conferenceView(conference),
      ...(participant ? { participant: participantView(participant) } : {}),
    },
  };
}
