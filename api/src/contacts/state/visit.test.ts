import { describe, expect, it } from 'vitest';
import { seating } from './hearing.js';
import { endContact, hangUp, partyLeft } from './leaving.js';
import {
  answered,
  claimDecided,
  notCome,
  offered,
  searchFailed,
  stopWaiting,
  turnedAway,
  wantAgent,
  welcomed,
  withdrawn,
} from './searching.js';
import {
  backFromScript,
  completeConsult,
  consult,
  hold,
  invite,
  joinConsulted,
  mergeConsult,
  mute,
  retrieve,
  returnFromConsult,
  sendToScript,
  supervise,
  takeOver,
  transfer,
} from './talking.js';
import { offer, Play, search, serve, talk } from './visit.fixture.js';

const phone = { type: 'staffExtensionSeat', callId: 'CA9' } as const;
const outside = { type: 'outboundSeat', callId: 'CA9' } as const;
const secondAgent = (play: Play, entryId: string, sequence = 2) =>
  play.act(
    offered(offer('OF2', 'AG2', entryId)),
    answered(sequence, phone),
    claimDecided(sequence, true),
    welcomed(sequence),
  );

describe('a customer who waits', () => {
  it('is queued, offered, claimed and connected, and the agent is told in order', () => {
    const play = new Play().act(wantAgent(serve));
    expect([play.status, play.did]).toEqual(['queued', ['enqueue QE1', 'contact.queued']]);
    play.act(offered(offer('OF1', 'AG1')));
    expect([play.status, play.did]).toEqual(['ringing', ['ring 1', 'tell AG1 callIn', 'contact.offered']]);
    play.act(answered(1, phone));
    expect(play.did).toEqual(['claim 1']);
    play.act(claimDecided(1, true));
    expect([play.status, play.did]).toEqual(['joining', ['contact.accepted', 'welcome 1']]);
    play.act(welcomed(1));
    expect([play.status, play.did]).toEqual(['inProgress', ['contact.participant-joined', 'tell AG1 userAccessed']]);
    expect(play.visit.contact).toMatchObject({
      queuedAt: 1000,
      ringingAt: 2000,
      acceptedAt: 4000,
      skillGroupId: 'SG1',
    });
    expect(play.participant(1)).toMatchObject({ type: 'staffExtensionSeat', ringingAt: 2000, acceptedAt: 4000 });
    expect([...seating(play.visit).keys()]).toEqual([0, 1]);
  });

  it.each([
    ['in its script', () => new Play(), 'ivrGiveUp'],
    ['in the queue', () => new Play().act(wantAgent(serve)), 'waitingGiveUp'],
    ['while an agent rings', () => new Play().act(wantAgent(serve), offered(offer('OF1', 'AG1'))), 'ringingGiveUp'],
    [
      'while the answer is stored',
      () => new Play().act(wantAgent(serve), offered(offer('OF1', 'AG1')), answered(1, phone)),
      'ringingGiveUp',
    ],
    [
      'after nobody was online',
      () => new Play().act(wantAgent(serve), turnedAway('QE1', 'noSeatOnline')),
      'noSeatOnline',
    ],
    [
      'after the queue was full',
      () => new Play().act(wantAgent(serve), turnedAway('QE1', 'queueFull')),
      'waitingGiveUp',
    ],
    ['after it left by a key', () => new Play().act(wantAgent(serve), stopWaiting('QE1', 'left')), 'waitingGiveUp'],
    ['in the talk', talk, 'ok'],
  ])('ends once, with one code, when it hangs up %s', (_when, begin, endCode) => {
    const play = begin().act(partyLeft(0), partyLeft(0), endContact('system'));
    expect(play.visit.contact).toMatchObject({ status: 'finished', endCode, endedBy: 'customer' });
    expect(play.visit).toMatchObject({ parties: [], searches: [] });
    expect(play.did.filter((each) => each === 'contact.completed')).toHaveLength(1);
  });

  it('takes the offer back when the caller hangs up while it rings', () => {
    const play = new Play().act(wantAgent(serve), offered(offer('OF1', 'AG1')));
    play.effects.length = 0;
    play.act(partyLeft(0));
    expect(play.did.slice(0, 3)).toEqual(['dequeue QE1', 'hangUp 1', 'tell AG1 sessionEnded client']);
    expect(play.did.filter((each) => each.startsWith('giveUp'))).toEqual([]);
  });

  it('frees an agent whose claim is won after the caller has gone', () => {
    const play = new Play().act(wantAgent(serve), offered(offer('OF1', 'AG1')), answered(1, phone), partyLeft(0));
    play.effects.length = 0;
    play.act(claimDecided(1, true));
    expect(play.did).toEqual(['release AG1']);
  });

  it('is put back into the queue when the agent hung up while its claim was won', () => {
    const play = new Play().act(wantAgent(serve), offered(offer('OF1', 'AG1')), answered(1, phone), partyLeft(1));
    play.effects.length = 0;
    play.act(claimDecided(1, true, 'QE1'));
    expect([play.status, play.did]).toEqual(['queued', ['release AG1', 'enqueue QE1']]);
  });

  it('goes on waiting, with music, when the agent hangs up before the talk', () => {
    const play = new Play().act(
      wantAgent(serve),
      offered(offer('OF1', 'AG1')),
      answered(1, phone),
      claimDecided(1, true),
    );
    play.effects.length = 0;
    play.act(partyLeft(1));
    expect([play.status, play.here]).toEqual(['queued', ['customer:talking~waiting']]);
    expect(play.did).toEqual(expect.arrayContaining(['release AG1', 'enqueue QE1']));
    secondAgent(play, 'QE1');
    expect(play.here).toEqual(['customer:talking', 'agent:talking']);
  });

  it.each([
    [15_000, 15],
    [undefined, undefined],
  ])('SDK-EVT-03 tells the agent the ring time that is set, however late: %s', (ringsUntil, ringSeconds) => {
    const { ringsUntil: _, ...made } = offer('OF1', 'AG1');
    const play = new Play().act(wantAgent(serve));
    play.now = 2_600;
    play.act(offered({ ...made, ...(ringsUntil === undefined ? {} : { ringsUntil }) }));
    const told = play.effects.find(({ kind }) => kind === 'tell');
    expect(told).toMatchObject({ tidings: { event: 'callIn', ...(ringSeconds === undefined ? {} : { ringSeconds }) } });
    if (ringSeconds === undefined) expect(JSON.stringify(told)).not.toContain('ringSeconds');
  });

  it.each([
    ['behind', -3_600_000],
    ['ahead', 3_600_000],
  ])('rings as long as is set where the clock of who routes is an hour %s', (_where, offMs) => {
    const made = offer('OF1', 'AG1');
    const play = new Play().act(wantAgent(serve));
    play.now = 2_600;
    play.act(offered({ ...made, madeAt: play.now + offMs, ringsUntil: play.now + offMs + 15_000 }));
    expect(play.effects.find(({ kind }) => kind === 'ring')).toMatchObject({
      ringsUntil: play.now + 15_000,
    });
  });

  it('INSET-01 goes on to the next agent when one misses it', () => {
    const play = new Play().act(wantAgent(serve), offered(offer('OF1', 'AG1')));
    play.effects.length = 0;
    play.act(notCome(1, 'missed'));
    expect([play.status, play.did]).toEqual(['queued', ['hangUp 1', 'giveUp OF1 missed', 'tell AG1 autoTransfer']]);
    expect(play.participant(1)).toMatchObject({ endCode: 'seatGiveUp' });
    secondAgent(play, 'QE1');
    expect(play.here).toEqual(['customer:talking', 'agent:talking']);
  });

  it.each([
    ['answer first', [answered(1, phone), notCome(1, 'declined'), claimDecided(1, true), welcomed(1)], 'inProgress'],
    ['refusal first', [notCome(1, 'declined'), answered(1, phone)], 'queued'],
    ['withdrawn first', [withdrawn('OF1'), answered(1, phone)], 'queued'],
    ['answer, then withdrawn', [answered(1, phone), withdrawn('OF1'), claimDecided(1, false)], 'queued'],
  ])('of a refusal and an answer in one moment one counts: %s', (_name, acts, status) => {
    const play = new Play().act(wantAgent(serve), offered(offer('OF1', 'AG1')), ...acts);
    expect(play.status).toBe(status);
    expect(play.visit.parties.length).toBe(status === 'queued' ? 1 : 2);
  });

  it('connects the first of several that ring, and stops the others', () => {
    const play = new Play().act(wantAgent(serve), offered(offer('OF1', 'AG1')), offered(offer('OF2', 'AG2')));
    play.act(answered(2, phone), answered(1, phone), claimDecided(2, true), claimDecided(1, false), welcomed(2));
    expect(play.here).toEqual(['customer:talking', 'agent:talking']);
    expect(play.participant(1)).toMatchObject({ endCode: 'unconnected' });
  });

  it('does not leave once an agent has answered', () => {
    const play = new Play().act(wantAgent(serve), offered(offer('OF1', 'AG1')), answered(1, phone));
    play.act(stopWaiting('QE1', 'timeout'), claimDecided(1, true), welcomed(1));
    expect(play.status).toBe('inProgress');
  });

  it('does not take back the offer that is being taken, when the state is told again: another phone refused in that moment', () => {
    const play = new Play().act(wantAgent(serve), offered(offer('OF1', 'AG1')), offered(offer('OF2', 'AG2')));
    play.act(answered(2, phone));
    play.effects.length = 0;
    play.act(notCome(1, 'declined'), offered(offer('OF2', 'AG2')));
    expect(play.did.filter((each) => each.includes('OF2'))).toEqual([]);
    play.act(offered(offer('OF3', 'AG3')));
    expect(play.did.at(-1)).toBe('giveUp OF3 withdrawn');
  });

  it('takes the entry out, not only the offer, where an offer comes for whom nobody waits', () => {
    expect(new Play().act(offered(offer('OF1', 'AG1'))).did).toEqual(['dequeue QE1']);
  });
});

describe('a talk', () => {
  it('ends for the agent when it hangs up, and the customer goes on with its script', () => {
    const play = talk().act(partyLeft(1));
    expect(play.did).toEqual([
      'hangUp 1',
      'contact.participant-left',
      'tell AG1 sessionEnded seat',
      'release AG1',
      'script connected',
    ]);
    expect([play.status, play.here]).toEqual(['ivr', ['customer:scripted']]);
    play.act(partyLeft(0));
    expect(play.visit.contact).toMatchObject({ endCode: 'ok', endedBy: 'agent' });
  });

  it('survives that both hang up at once', () => {
    const play = talk().act(partyLeft(1), partyLeft(0), partyLeft(1));
    expect(play.did.filter((each) => each === 'release AG1' || each === 'finished')).toEqual([
      'release AG1',
      'finished',
    ]);
  });

  it('SOFTIN-08 holds and retrieves, and counts how long', () => {
    const play = talk().act(hold(1, 0), hold(1, 0));
    expect(seating(play.visit).get(0)).toMatchObject({ heldWith: 'hold' });
    play.act(retrieve(1, 0));
    expect(seating(play.visit).get(0)!.heldWith).toBeUndefined();
    expect(play.participant(0)).toMatchObject({ heldMs: 2000 });
    expect(play.visit.contact.trail.slice(-2).map(({ what }) => what)).toEqual(['hold', 'unhold']);
  });

  it('SOFTIN-09 mutes an agent', () => {
    const play = talk().act(mute(1, true));
    expect(seating(play.visit).get(1)).toMatchObject({ muted: true, speaksTo: 'everyone' });
    expect(play.visit.contact.participants[1]).toMatchObject({ muted: true });
    expect(seating(play.act(mute(1, false)).visit).get(1)).toMatchObject({ muted: false });
  });

  it('SOFTIN-10 is transferred to a group: the agent goes, the customer waits and gets another', () => {
    const play = talk().act(transfer(search('QE2', 'transfer', { by: 1 })));
    expect(play.did).toEqual([
      'enqueue QE2',
      'tell AG1 transfer',
      'hangUp 1',
      'contact.participant-left',
      'tell AG1 sessionEnded seat',
      'release AG1',
    ]);
    expect([play.status, play.here]).toEqual(['queued', ['customer:talking~waiting']]);
    secondAgent(play, 'QE2');
    expect([play.status, play.here]).toEqual(['inProgress', ['customer:talking', 'agent:talking']]);
    expect(play.participant(1)).toMatchObject({ transferTo: 2, endCode: 'seatForward' });
    expect(play.participant(2)).toMatchObject({ transferFrom: 1 });
  });

  it('is not lost when a transfer finds nobody: it waits for the group it came for, the old agent first', () => {
    const play = talk().act(
      transfer(search('QE2', 'transfer', { by: 1, fallbackId: 'QE3', target: { kind: 'agents', agentIds: ['AG2'] } })),
      searchFailed('QE2', 'missed'),
    );
    expect(play.visit.searches).toMatchObject([
      { id: 'QE3', purpose: 'serve', enqueuedAt: 1000, target: { skillGroupId: 'SG1', preferredAgentIds: ['AG1'] } },
    ]);
    expect(play.here).toEqual(['customer:talking~waiting']);
  });

  it('SOFTIN-12 is transferred to an outside line: the agent goes when it answers', () => {
    const number = { kind: 'number', number: '+442071838750' } as const;
    const play = talk().act(transfer(search('QE2', 'transfer', { by: 1, target: number })));
    expect(play.here).toEqual(['customer:talking~waiting', 'agent:talking', 'external:ringing']);
    play.act(answered(2, outside), welcomed(2));
    expect(play.here).toEqual(['customer:talking', 'external:talking']);
    expect(play.participant(1)).toMatchObject({ endCode: 'outboundForward', transferTo: 2 });
  });

  it('goes on with the agent when the outside line does not answer', () => {
    const number = { kind: 'number', number: '+442071838750' } as const;
    const play = talk().act(transfer(search('QE2', 'transfer', { by: 1, target: number })), notCome(2, 'busy'));
    expect([play.status, play.here]).toEqual(['inProgress', ['customer:talking', 'agent:talking']]);
    expect(play.participant(2)).toMatchObject({ endCode: 'busy' });
  });

  it('waits in the queue when the agent hung up before the outside line failed', () => {
    const number = { kind: 'number', number: '+442071838750' } as const;
    const play = talk().act(
      transfer(search('QE2', 'transfer', { by: 1, target: number, fallbackId: 'QE3' })),
      partyLeft(1),
      notCome(2, 'missed'),
    );
    expect([play.status, play.here]).toEqual(['queued', ['customer:talking~waiting']]);
  });

  it.each(['missed', 'declined', 'unreachable'] as const)(
    'SOFTIN-11 is looked after by its own group again when the one agent it is for comes not: %s',
    (why) => {
      const target = { kind: 'agents', agentIds: ['AG2'] } as const;
      const play = talk().act(
        transfer(search('QE2', 'transfer', { by: 1, target, fallbackId: 'QE3' })),
        offered(offer('OF2', 'AG2', 'QE2')),
      );
      play.effects.length = 0;
      play.act(notCome(2, why));
      expect([play.status, play.here]).toEqual(['queued', ['customer:talking~waiting']]);
      expect(play.did).toEqual(expect.arrayContaining(['dequeue QE2', 'enqueue QE3']));
      expect(play.visit.searches[0]).toMatchObject({ purpose: 'serve', target: { preferredAgentIds: ['AG1'] } });
    },
  );

  it('SOFTIN-11 goes on looking when the offer to the one agent it is for was taken back', () => {
    const target = { kind: 'agents', agentIds: ['AG2'] } as const;
    const play = talk().act(
      transfer(search('QE2', 'transfer', { by: 1, target, fallbackId: 'QE3' })),
      offered(offer('OF2', 'AG2', 'QE2')),
      withdrawn('OF2'),
    );
    expect(play.visit.searches.map(({ id }) => id)).toEqual(['QE2']);
  });

  it('is consulted about, and returned, completed or merged', () => {
    const asked = () => {
      const play = talk().act(consult(search('QE2', 'consult', { by: 1 })));
      expect(play.here).toEqual(['customer:talking~hold', 'agent:talking']);
      return secondAgent(play, 'QE2');
    };
    expect(asked().here).toEqual(['customer:talking~hold', 'agent:talking', 'agent:talking']);
    const completed = asked().act(completeConsult(1));
    expect(completed.here).toEqual(['customer:talking', 'agent:talking']);
    expect(completed.participant(2)).toMatchObject({ transferFrom: 1 });
    expect(asked().act(returnFromConsult(1)).here).toEqual(['customer:talking', 'agent:talking']);
    expect(asked().act(partyLeft(2)).here).toEqual(['customer:talking', 'agent:talking']);
    expect(asked().act(partyLeft(1)).here).toEqual(['customer:talking', 'agent:talking']);
    expect(asked().act(mergeConsult(1)).here).toEqual(['customer:talking', 'agent:talking', 'agent:talking']);
    expect(asked().act(partyLeft(0)).status).toBe('finished');
    const failed = talk().act(consult(search('QE2', 'consult', { by: 1 })), searchFailed('QE2', 'missed'));
    expect(failed.here).toEqual(['customer:talking', 'agent:talking']);
  });

  it.each([
    ['outside', { type: 'outboundSeat', phone: '+442071838750' }, 'external', 'outboundForward'],
    ['a colleague', { type: 'staffExtensionSeat', agentId: 'AG2' }, 'agent', 'seatForward'],
  ] as const)('is joined with whom the agent’s phone has called: %s', (_who, consulted, role, endCode) => {
    const play = talk().act(hold(1, 0), joinConsulted(1, { ...consulted, callId: 'CA3' }));
    expect(play.here).toEqual(['customer:talking', `${role}:talking`]);
    expect(play.participant(1)).toMatchObject({ transferTo: 2, endCode });
    expect(play.participant(2)).toMatchObject({ transferFrom: 1, callId: 'CA3', acceptedAt: play.now });
    expect(play.did).toContain('release AG1');
    expect(play.act(partyLeft(2)).did).toContain('script connected');
  });

  it.each([0, 1, 2])(
    'SOFTIN-16 goes on between the other two when participant %i leaves a three-way call',
    (leaves) => {
      const play = talk().act(invite(search('QE2', 'invite', { by: 1 })));
      secondAgent(play, 'QE2');
      expect(play.here).toHaveLength(3);
      play.act(partyLeft(leaves));
      expect([play.status, play.here.length]).toEqual(['inProgress', 2]);
      const [next] = play.visit.parties.filter(({ role }) => role === 'agent');
      play.act(partyLeft(next!.sequence));
      expect(play.visit.contact.status).toBe(leaves === 0 ? 'finished' : 'ivr');
    },
  );

  it('MON-03 is listened to unnoticed, whispered into, barged into and taken over', () => {
    const play = talk().act(supervise('AG9', { mode: 'listen' }), answered(2, phone));
    expect(seating(play.visit).get(2)).toMatchObject({ speaksTo: 'nobody' });
    expect(seating(play.act(supervise('AG9', { mode: 'whisper', to: 1 })).visit).get(2)).toMatchObject({
      speaksTo: [1],
    });
    expect(seating(play.act(supervise('AG9', { mode: 'barge' })).visit).get(2)).toMatchObject({ speaksTo: 'everyone' });
    play.act(takeOver(2, 1));
    expect(play.here).toEqual(['customer:talking', 'agent:talking']);
    expect(play.participant(2)).toMatchObject({ transferFrom: 1 });
    expect(play.visit.contact.trail.map(({ what }) => what)).toEqual(
      expect.arrayContaining(['listen', 'whisper', 'barge', 'takeOver']),
    );
  });

  it('goes on undisturbed when a supervisor leaves', () => {
    const play = talk().act(supervise('AG9', { mode: 'listen' }), answered(2, phone));
    play.effects.length = 0;
    play.act(partyLeft(2));
    expect(play.did).toEqual(['hangUp 2', 'contact.participant-left']);
    expect(play.status).toBe('inProgress');
  });

  it('sends the customer into a script and takes it back, the agent staying', () => {
    const play = talk().act(sendToScript(1));
    expect(play.here).toEqual(['customer:away~silence', 'agent:talking']);
    expect(play.act(backFromScript(1)).here).toEqual(['customer:talking', 'agent:talking']);
    expect(talk().act(sendToScript(1), partyLeft(1)).did).toContain('endScript');
  });

  it('is ended by a supervisor for everybody', () => {
    const play = talk().act(hangUp(0, 'admin'));
    expect(play.visit.contact).toMatchObject({ status: 'finished', endedBy: 'admin', endCode: 'ok' });
    expect(play.did).toContain('tell AG1 sessionEnded admin');
  });
});
