import { describe, expect, it } from 'vitest';
import {
  asksForRating,
  callbackRequested,
  flowEndsAs,
  pressed,
  rated,
  voicemailBegins,
  voicemailEnded,
} from './in-flow.js';
import { endContact, hangUp, partyLeft } from './leaving.js';
import { answered, nobodyThere, notCome, stopWaiting, turnedAway, wantAgent, wantLine, welcomed } from './searching.js';
import { Play, search, serve, talk } from './visit.fixture.js';

const line = search('QE1', 'serve', { target: { kind: 'number', number: '+14155550100', ringSeconds: 20 } });
const outside = { type: 'outboundSeat', callId: 'CA9' } as const;
const byFlow = partyLeft(0, 'ok', 'system');
const calledOut = () => new Play().act(wantLine(line));
const onTheLine = () => calledOut().act(answered(1, outside), welcomed(1));

describe('a customer in a flow', () => {
  it.each([
    ['hangs up', () => new Play(), partyLeft(0), 'ivrGiveUp', 'customer'],
    ['comes to its end', () => new Play(), byFlow, 'ivrEnd', 'system'],
    ['comes to its end, which says so', () => new Play().act(flowEndsAs('ivrEnd')), byFlow, 'ivrEnd', 'system'],
    [
      'hangs up where it would have ended',
      () => new Play().act(flowEndsAs('ivrEnd')),
      partyLeft(0),
      'ivrGiveUp',
      'customer',
    ],
    ['is told that it is closed', () => new Play().act(flowEndsAs('notWorkTime')), byFlow, 'notWorkTime', 'system'],
    [
      'hangs up when told that it is closed',
      () => new Play().act(flowEndsAs('notWorkTime')),
      partyLeft(0),
      'notWorkTime',
      'customer',
    ],
    ['finds nobody there', () => new Play().act(nobodyThere('SG1')), byFlow, 'noSeatOnline', 'system'],
    [
      'finds nobody there, also where it ends otherwise',
      () => new Play().act(nobodyThere('SG1'), flowEndsAs('ivrEnd')),
      byFlow,
      'noSeatOnline',
      'system',
    ],
    [
      'is turned away',
      () => new Play().act(wantAgent(serve), turnedAway('QE1', 'noSeatOnline')),
      byFlow,
      'noSeatOnline',
      'system',
    ],
    [
      'leaves the queue by a key',
      () => new Play().act(wantAgent(serve), stopWaiting('QE1', 'left')),
      byFlow,
      'waitingGiveUp',
      'system',
    ],
    ['meets a flow that breaks', () => new Play(), partyLeft(0, 'error', 'system'), 'error', 'system'],
    ['stays too long', () => new Play(), partyLeft(0, 'ok', 'timer'), 'ivrEnd', 'timer'],
    ['hangs up while an outside line rings', calledOut, partyLeft(0), 'ringingGiveUp', 'customer'],
    ['ends behind a line that nobody answers', () => calledOut().act(notCome(1, 'missed')), byFlow, 'ivrEnd', 'system'],
    ['talks on an outside line', onTheLine, partyLeft(0), 'outboundForward', 'customer'],
    ['ends after a talk on an outside line', () => onTheLine().act(partyLeft(1)), byFlow, 'outboundForward', 'agent'],
    ['ends after a talk with an agent', () => talk().act(partyLeft(1)), byFlow, 'ok', 'agent'],
  ] as const)('%s', (_what, begin, last, endCode, endedBy) => {
    const play = begin().act(last, endContact('system'));
    expect(play.visit.contact).toMatchObject({ status: 'finished', endCode, endedBy });
    expect(play.did.filter((each) => each === 'contact.completed')).toHaveLength(1);
  });

  it.each([
    ['heard the flow to its end', () => [byFlow], 'ok'],
    ['hung up in it', () => [partyLeft(0)], 'ok'],
    ['left the queue', () => [wantAgent(serve), partyLeft(0)], 'waitingGiveUp'],
    ['found nobody there', () => [nobodyThere('SG1'), byFlow], 'noSeatOnline'],
  ] as const)('whom a program called, and who %s', (_what, acts, endCode) => {
    const play = new Play();
    play.visit = { ...play.visit, contact: { ...play.visit.contact, direction: 'outbound', acceptedAt: 0 } };
    expect(play.act(...acts()).visit.contact).toMatchObject({ status: 'finished', endCode });
  });

  it('is never queued where nobody is there, and its record has the group', () => {
    const { contact } = new Play().act(nobodyThere('SG1')).visit;
    expect(contact).toMatchObject({ status: 'ivr', skillGroupId: 'SG1' });
    expect(contact.queuedAt).toBeUndefined();
  });

  it('SOFTIN-07 leaves the keys it pressed in the record, with what they stood for and when', () => {
    const play = new Play().act(pressed([{ key: '2', label: 'Service' }]), pressed([{ key: '1', label: 'Repair' }]));
    expect([play.status, play.did]).toEqual(['ivr', []]);
    expect(play.visit.contact.keys).toEqual([
      { key: '2', label: 'Service', at: 1000 },
      { key: '1', label: 'Repair', at: 2000 },
    ]);
  });
});

describe('an outside line', () => {
  it('is called, talks, and leaves the customer to its flow', () => {
    const play = calledOut();
    expect([play.status, play.did]).toEqual(['ringing', ['dial +14155550100']]);
    play.act(answered(1, outside));
    expect(play.did).toEqual(['contact.accepted', 'welcome 1']);
    play.act(welcomed(1));
    expect([play.status, play.did]).toEqual(['inProgress', ['contact.participant-joined']]);
    play.act(partyLeft(1));
    expect([play.status, play.did]).toEqual(['ivr', ['hangUp 1', 'contact.participant-left', 'script connected']]);
    expect(play.visit.contact).toMatchObject({ participants: [{}, { type: 'outboundSeat', phone: '+14155550100' }] });
    expect(play.visit.contact.queuedAt).toBeUndefined();
  });

  it.each([
    ['busy', 'busy', 'busy'],
    ['declined', 'busy', 'userReject'],
    ['missed', 'noAnswer', 'notAnswer'],
    ['unreachable', 'failed', 'operatorError'],
  ] as const)('that is %s lets the flow go on', (why, result, endCode) => {
    const play = calledOut().act(notCome(1, why));
    expect([play.status, play.did.at(-1)]).toEqual(['ivr', `script ${result}`]);
    expect(play.participant(1)).toMatchObject({ endCode });
  });
});

describe('a rating', () => {
  it('IVR-23 is kept with what it stands for', () => {
    const play = new Play().act(asksForRating(), rated('1', 'Satisfied'), partyLeft(0));
    expect(play.visit.contact.ratings).toEqual([{ key: '1', label: 'Satisfied', at: 2000 }]);
  });

  it('IVR-23 is noInput where it was asked for and the customer hangs up', () => {
    const play = new Play().act(asksForRating(), partyLeft(0), rated('1', 'Satisfied'));
    expect(play.visit.contact.ratings).toEqual([{ key: 'noInput', label: '', at: 2000 }]);
  });

  it('is none where it was not asked for', () => {
    expect(new Play().act(partyLeft(0)).visit.contact.ratings).toBeUndefined();
  });
});

describe('a message', () => {
  const kept = (play: Play) => play.visit.contact.voicemails;

  it('is kept with its recording, and its group is told', () => {
    const play = new Play().act(voicemailBegins('RE1', 'SG1'), voicemailEnded('RE1', 7));
    expect(play.did).toEqual(['contact.updated', 'contact.voicemail-left', 'tellGroup']);
    expect(kept(play)).toEqual([{ recordingId: 'RE1', skillGroupId: 'SG1', durationSeconds: 7, at: 2000 }]);
    expect(play.visit.contact.recordingIds).toEqual(['RE1']);
  });

  it('of a customer who hangs up is complete, and told before the contact ends', () => {
    const play = new Play().act(voicemailBegins('RE1', undefined), pressed([]), partyLeft(0), voicemailEnded('RE1', 1));
    expect(play.did.slice(0, 2)).toEqual(['contact.updated', 'contact.voicemail-left']);
    expect(kept(play)).toEqual([{ recordingId: 'RE1', durationSeconds: 2, at: 3000 }]);
  });

  it.each([0, 1])('of %d s is none', (seconds) => {
    const play = new Play().act(voicemailBegins('RE1', 'SG1'), voicemailEnded('RE1', seconds));
    expect([play.did, kept(play)]).toEqual([['contact.updated'], undefined]);
  });
});

it('a callback request is told to its group', () => {
  expect(new Play().act(callbackRequested('CB1', 'SG1')).did).toEqual(['contact.callback-requested', 'tellGroup']);
});

describe('OUTSET-05 a customer who was called by an agent', () => {
  const called = (surveyFlowId?: string) => {
    const play = talk();
    const placed = {
      by: 1,
      endpoint: { kind: 'phone', endpointId: 'SE1', type: 'staffSeat' },
      automatic: false,
      to: { kind: 'customer', callers: [{ number: '+861012345678' }] },
      mobileCallerId: '+861012345678',
      ...(surveyFlowId === undefined ? {} : { surveyFlowId }),
    } as const;
    play.visit = { ...play.visit, placed };
    return play;
  };

  it.each([
    ['by its phone', partyLeft(1)],
    ['by API', hangUp(1, 'agent')],
  ])('is asked for a rating when the agent hangs up %s, and the agent works on at once', (_how, act) => {
    const play = called('FL1').act(act);
    expect([play.status, play.here]).toEqual(['ivr', ['customer:scripted']]);
    expect(play.did).toContain('survey');
    play.act(asksForRating(), rated('1', 'Satisfied'), endContact('system'));
    expect(play.visit.contact).toMatchObject({ endCode: 'ok', endedBy: 'agent', ratings: [{ key: '1' }] });
  });

  it('is not asked when it hangs up first, when somebody ends the call, or where there is no survey', () => {
    for (const play of [
      called('FL1').act(partyLeft(0)),
      called('FL1').act(endContact('admin')),
      called().act(partyLeft(1)),
    ]) {
      expect(play.status).toBe('finished');
      expect(play.did).not.toContain('survey');
    }
  });
});
