import { describe, expect, it } from 'vitest';
import type { Conference, Participant } from './conference.js';
import { newConference } from './conference-book.js';
import {
  type ConferenceChange,
  ended,
  joined,
  left,
  reconnecting,
  started,
  takenOver,
  updated,
} from './conference-changes.js';

const at = '2026-11-23T09:30:00.000Z';
const conference = newConference('CF1', { accountId: 'AC1', name: 'meeting' }, 'node-1', at);
const participant = (callId: string, nodeId = 'node-1'): Participant => ({
  callId,
  nodeId,
  label: null,
  muted: false,
  held: false,
  coaching: null,
  startConferenceOnEnter: true,
  endConferenceOnExit: false,
  joinedAt: at,
  leftAt: null,
  leftBecause: null,
});
const of = (...participants: Participant[]): Conference => ({ ...conference, participants });
const told = ({ events }: ConferenceChange) =>
  events.map(({ type, data }) => {
    const who = (data.participant as { callId: string } | undefined)?.callId;
    return who === undefined ? type : `${type} ${who}`;
  });

describe('the record of a conference', () => {
  it('tells who came and who went, and why', () => {
    const came = joined(conference, participant('a'));
    expect(told(came)).toEqual(['conference.participant-joined a']);
    const went = left(came.conference, 'a', 'removed', at)!;
    expect(told(went)).toEqual(['conference.participant-left a']);
    expect(went.conference.participants).toMatchObject([{ callId: 'a', leftAt: at, leftBecause: 'removed' }]);
    expect(left(went.conference, 'a', 'hungUp', at)).toBeUndefined();
  });

  it('counts in its events those who are there then', () => {
    const { events } = joined(of(participant('a')), participant('b'));
    expect(events[0]!.data.conference).toMatchObject({ participants: 2 });
  });

  it('begins once', () => {
    const began = started(of(participant('a'), participant('b')), at)!;
    expect(began.conference).toMatchObject({ status: 'in-progress', startedAt: at });
    expect(started(began.conference, at)).toBeUndefined();
  });

  it('changes only those who are there', () => {
    const change = updated(of(participant('a')), 'a', { muted: true })!;
    expect(told(change)).toEqual(['conference.participant-updated a']);
    expect(change.conference.participants[0]!.muted).toBe(true);
    expect(updated(change.conference, 'a', { muted: true })).toBeUndefined();
    expect(updated(of(participant('a')), 'b', { muted: true })).toBeUndefined();
  });

  it('tells of everybody who was still there before it ends, once', () => {
    const over = ended(of(participant('a'), participant('b')), 'api', at)!;
    expect(told(over)).toEqual(['conference.participant-left a', 'conference.participant-left b', 'conference.ended']);
    expect(over.conference).toMatchObject({ status: 'completed', endedBecause: 'api', endedAt: at });
    expect(over.conference).not.toHaveProperty('liveName');
    expect(ended(over.conference, 'empty', at)).toBeUndefined();
  });

  it('goes on at another node: calls of the dead one have left, the others are on their way back and tell nobody when they are', () => {
    const taken = takenOver(
      of(participant('a'), participant('b', 'node-2'), participant('c', 'node-3')),
      'node-2',
      at,
    )!;
    expect(told(taken)).toEqual(['conference.participant-left a']);
    expect(taken.conference.nodeId).toBe('node-2');
    expect(reconnecting(taken.conference).map(({ callId }) => callId)).toEqual(['b', 'c']);
    const back = joined(taken.conference, participant('b', 'node-2'));
    expect(told(back)).toEqual([]);
    expect(reconnecting(back.conference).map(({ callId }) => callId)).toEqual(['c']);
  });

  it('of a node that was started anew waits for its calls, which may have outlived the process', () => {
    const taken = takenOver(of(participant('a'), participant('b', 'node-2')), 'node-1', at)!;
    expect(told(taken)).toEqual([]);
    expect(reconnecting(taken.conference).map(({ callId }) => callId)).toEqual(['a', 'b']);
  });

  it('keeps the last 200 who left', () => {
    let record = conference;
    for (let n = 0; n < 250; n++) {
      record = joined(record, participant(`c${n}`)).conference;
      record = left(record, `c${n}`, 'left', at)!.conference;
    }
    const kept = joined(record, participant('last')).conference.participants;
    expect(kept).toHaveLength(201);
    expect(kept.at(0)!.callId).toBe('c50');
  });
});
