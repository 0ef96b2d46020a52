import { describe, expect, it } from 'vitest';
import { bench, text } from '../bench.fixture.js';
import { emptyGauges, eventsOf, twoStations } from '../two-stations.js';
import { parseReplaces, replacesOf } from './replaces.js';
import { readReferNotify } from './sipfrag.js';

/** An answered call in which Alice has sent Bob a REFER, who has not answered it. */
function referred() {
  const stations = twoStations();
  const { clock, alice, bob, call } = stations;
  const told: string[] = [];
  let notifyStatus = 200;
  alice.onEvent = (event) => {
    if (event.type !== 'in-dialog') return;
    told.push(`${event.request.header('subscription-state')} ${readReferNotify(event.request).status}`);
    alice.ua.respond(event.requestId, notifyStatus, {}, clock.now());
  };
  const sessionId = call();
  clock.advance(100);
  const takeAll = bob.onEvent;
  bob.onEvent = () => undefined;
  alice.ua.refer(sessionId, [['Refer-To', '<sip:carol@10.0.0.3>']], clock.now());
  alice.flush();
  clock.advance(50);
  bob.onEvent = takeAll;
  const refer = eventsOf(bob, 'in-dialog').at(-1)!;
  const accept = (wantsNotify = true) => {
    const id = bob.ua.acceptRefer(refer, wantsNotify, clock.now());
    bob.flush();
    return id;
  };
  const tell = (id: string | undefined, status: number) => {
    const did = bob.ua.tellReferrer(id ?? '', status, clock.now());
    bob.flush();
    return did;
  };
  const bobId = eventsOf(bob, 'invite')[0]!.sessionId;
  return {
    ...stations,
    told,
    sessionId,
    bobId,
    accept,
    tell,
    answerNotifyWith: (status: number) => {
      notifyStatus = status;
    },
  };
}

describe('the subscription that a REFER makes', () => {
  it('tells one thing after another, the final status last, and no more (RFC 3515 2.4.4)', () => {
    const { clock, told, accept, tell, sessionId, alice, gauges } = referred();
    const id = accept();
    expect([tell(id, 180), tell(id, 183), tell(id, 486), tell(id, 200)]).toEqual([true, true, true, false]);
    clock.advance(100);
    expect(told).toEqual([
      'active;expires=180 100',
      'active;expires=180 180',
      'active;expires=180 183',
      'terminated;reason=noresource 486',
    ]);
    expect(eventsOf(alice, 'response')).toMatchObject([{ status: 202 }]);
    alice.ua.hangUp(sessionId, {}, clock.now());
    alice.flush();
    clock.advance(100_000);
    expect(gauges()).toEqual([emptyGauges, emptyGauges]);
  });

  it('outlives the call (RFC 5057 3.1), until the far end knows nothing of it', () => {
    const { clock, told, accept, tell, sessionId, alice, gauges } = referred();
    const id = accept();
    clock.advance(50);
    alice.ua.hangUp(sessionId, {}, clock.now());
    alice.flush();
    clock.advance(50);
    // Alice has forgotten the dialog: 481.
    expect(tell(id, 200)).toBe(true);
    clock.advance(50);
    expect(told).toHaveLength(1);
    expect(tell(id, 200)).toBe(false);
    clock.advance(100_000);
    expect(gauges()).toEqual([emptyGauges, emptyGauges]);
  });

  it('ends where a NOTIFY is refused, and the call goes on', () => {
    const { clock, accept, tell, answerNotifyWith, bobId, bob } = referred();
    answerNotifyWith(481);
    const id = accept();
    clock.advance(50);
    expect(tell(id, 180)).toBe(false);
    expect(bob.ua.dialogOf(bobId)).toBeDefined();
  });

  it('ends by itself after three minutes', () => {
    const { clock, told, accept, tell } = referred();
    const id = accept();
    clock.advance(179_000);
    expect(told).toHaveLength(1);
    clock.advance(2_000);
    expect(told.at(-1)).toBe('terminated;reason=timeout 100');
    expect(tell(id, 200)).toBe(false);
  });

  it('is not made where it is not wanted (RFC 4488)', () => {
    const { clock, told, accept, alice } = referred();
    expect(accept(false)).toBeUndefined();
    clock.advance(100);
    const [answer] = eventsOf(alice, 'response');
    expect([answer?.status, answer?.response?.header('refer-sub'), told]).toEqual([202, 'false', []]);
  });

  it('is not made where the call is over: 481', () => {
    const { clock, accept, alice, bob, bobId } = referred();
    bob.ua.hangUp(bobId, {}, clock.now());
    bob.flush();
    expect(accept()).toBeUndefined();
    clock.advance(100);
    expect(eventsOf(alice, 'response').every(({ status }) => status === 481)).toBe(true);
  });
});

describe('the dialog that a Replaces names', () => {
  it('is found by Call-ID and both tags, and remembered for a while once it is over (RFC 3891 3)', () => {
    const { clock, alice, bob, call } = twoStations();
    const sessionId = call();
    clock.advance(100);
    const bobId = eventsOf(bob, 'invite')[0]!.sessionId;
    const named = parseReplaces(replacesOf(alice.ua.dialogOf(sessionId)!));
    const find = (change: Partial<typeof named> = {}) => bob.ua.findReplaced({ ...named, ...change }, clock.now());
    expect(find()).toEqual({ sessionId: bobId, dialog: 'confirmed' });
    for (const change of [{ callId: 'x' }, { toTag: 'x' }, { fromTag: 'x' }]) expect(find(change)).toBe('none');
    bob.ua.hangUp(bobId, {}, clock.now());
    bob.flush();
    expect(find()).toBe('ended');
    clock.advance(20_000);
    expect(find()).toBe('ended');
    clock.advance(20_000);
    expect(find()).toBe('none');
  });

  it('may have a peer without a tag, or with one of 0: both are named by 0 (RFC 3891 3)', () => {
    for (const tag of ['', ';tag=0']) {
      const { ua, receive, event } = bench();
      receive(text({ via: 'Via: SIP/2.0/UDP gw.example.net', callId: 'old' }).replace(';tag=far', tag));
      const { sessionId } = event('invite');
      const toTag = ua.dialogOf(sessionId)!.localTag;
      const find = (fromTag: string) => ua.findReplaced({ callId: 'old', toTag, fromTag, earlyOnly: false }, 0);
      expect(find('0')).toMatchObject({ sessionId });
      expect([find('00'), find('far')]).toEqual(['none', 'none']);
    }
  });

  it('is remembered where it was one of ours that came to nothing, whoever gave it up (RFC 3891 3)', () => {
    for (const end of ['caller', 'callee'] as const) {
      const { clock, alice, bob, call } = twoStations();
      bob.onEvent = (event) => {
        if (event.type === 'invite') bob.ua.respond(event.requestId, 180, {}, clock.now());
      };
      const sessionId = call();
      clock.advance(100);
      const { sessionId: bobId, requestId } = eventsOf(bob, 'invite')[0]!;
      const named = parseReplaces(replacesOf(bob.ua.dialogOf(bobId)!));
      if (end === 'caller') alice.ua.hangUp(sessionId, {}, clock.now());
      else bob.ua.respond(requestId, 486, {}, clock.now());
      alice.flush();
      bob.flush();
      clock.advance(100);
      expect(alice.ua.findReplaced(named, clock.now())).toBe('ended');
    }
  });

  it('may be one of ours that is not answered, and is told apart from one of theirs (RFC 3891 3)', () => {
    const { clock, alice, bob, call } = twoStations();
    bob.onEvent = (event) => {
      if (event.type === 'invite') bob.ua.respond(event.requestId, 180, {}, clock.now());
    };
    const sessionId = call();
    clock.advance(100);
    const atBob = bob.ua.dialogOf(eventsOf(bob, 'invite')[0]!.sessionId)!;
    const atAlice = parseReplaces(replacesOf(atBob));
    expect(alice.ua.findReplaced(atAlice, clock.now())).toEqual({ sessionId, dialog: 'early' });
    const { callId, toTag, fromTag } = atAlice;
    const theirs = { callId, toTag: fromTag, fromTag: toTag, earlyOnly: false };
    expect(bob.ua.findReplaced(theirs, clock.now())).toMatchObject({ dialog: 'their-early' });
  });
});
