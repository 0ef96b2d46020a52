import { describe, expect, it } from 'vitest';
import type { Party } from '../ear/parties.js';
import { readWav } from '../ear/wav.js';
import { whoIsHeard } from '../ear/who-is-heard.js';
import { headerOf, type SipText } from '../peers/tone-phone/sip-text.js';
import type { ToneCall } from '../peers/tone-phone/tone-call.js';
import type { TonePhone } from '../peers/tone-phone/tone-phone.js';
import { openInEngine } from '../security/metrics.js';
import { type Line, useWorld } from './world.js';

const on = useWorld({ name: 'transfers', redisDatabase: 110 });

let desks = 0;

/** A registered phone of ours whose calls run this application, and the name it is dialled by. */
async function desk(party: Party, applicationId?: string): Promise<{ phone: TonePhone; username: string }> {
  desks += 1;
  const username = `desk-${desks}`;
  const { password } = await on.world.api.post<{ password: string }>('/v1/endpoints', {
    username,
    ...(applicationId === undefined ? {} : { applicationId }),
  });
  // What comes from 127.0.0.1 is the trunk's.
  const phone = await on.world.phone({ user: username, password, party, host: '127.0.0.7' });
  expect((await phone.register()).status).toBe(200);
  return { phone, username };
}

/** A caller and a desk phone who talk because the line's script dials the phone. */
async function dialled(applicationId?: string, more: Readonly<Record<string, unknown>> = {}) {
  const { phone, username } = await desk('supervisor', applicationId);
  const action = on.world.script([{ verb: 'play', url: '/prompt.wav', loop: 0 }], 'dialed');
  const line = await on.world.line([
    { verb: 'dial', action, targets: [{ type: 'endpoint', endpoint: username }], ...more },
  ]);
  const caller = await on.world.call(line);
  const agent = await phone.nextCall();
  await agent.answer();
  await Promise.all([caller.media.hears('supervisor'), agent.media.hears('caller')]);
  return { line, action, caller, agent, phone, username };
}

/** An application whose script dials that number. */
async function dialling(number: string): Promise<Line> {
  return on.world.line([{ verb: 'dial', targets: [{ type: 'number', number }] }]);
}

/** What the phone was told of its REFER, in order. */
function told({ received }: ToneCall): string[] {
  return received.all
    .filter(({ method }) => method === 'NOTIFY')
    .map((notify) => `${headerOf(notify, 'Subscription-State')} ${notify.body.trim()}`);
}

/** Resolves with the status that the last NOTIFY about the phone's REFER says. */
async function lastWord({ received }: ToneCall): Promise<string> {
  const last = await received.first('the last NOTIFY', (message: SipText) =>
    headerOf(message, 'Subscription-State').startsWith('terminated;reason=noresource'),
  );
  expect(headerOf(last, 'Content-Type')).toMatch(/^message\/sipfrag/);
  return last.body.trim();
}

function refer(call: ToneCall, to: string, headers: readonly (readonly [string, string])[] = []): Promise<SipText> {
  return call.request('REFER', { headers: [['Refer-To', to], ...headers] });
}

/** The Replaces value that names this phone's call with us, as a Refer-To holds it. */
function replacing(call: ToneCall): string {
  const { headers } = replaces(call);
  return `Replaces=${encodeURIComponent(headers[0]![1])}`;
}

/** The Replaces header by which another phone takes this one's place. */
function replaces(call: ToneCall, more = ''): { headers: readonly (readonly [string, string])[] } {
  return { headers: [['Replaces', `${call.callId};to-tag=${call.remoteTag};from-tag=${call.localTag}${more}`]] };
}

describe('a phone that presses "transfer"', () => {
  it('hands its caller to a number: both talk, the phone is told and let go, the script goes on with the caller', async () => {
    const { line, action, caller, agent } = await dialled();
    const number = on.world.newNumber('a');
    expect((await refer(agent, `<sip:${number}@127.0.0.1>`, [['Referred-By', '<sip:anna@desk>']])).status).toBe(202);
    const target = await on.world.carried('a', number);
    expect(headerOf(target.invitation, 'Referred-By')).toBe('<sip:anna@desk>');
    target.ring();
    await agent.received.first('180', ({ body }) => body.includes('180 Ringing'));
    await target.answer();
    await Promise.all([caller.media.hears('callee'), target.media.hears('caller')]);
    expect(await lastWord(agent)).toBe('SIP/2.0 200 OK');
    expect(told(agent)[0]).toMatch(/^active;expires=\d+ SIP\/2\.0 100 Trying$/);
    expect((await agent.ended).how).toBe('BYE');
    await target.bye();
    expect(await on.world.result(action)).toMatchObject({ dialStatus: 'completed', bridged: true });
    await caller.media.hears('prompt');
    await caller.bye();
    const callId = await on.world.callId(line.path);
    await on.world.cdr(callId);
    const { items } = await on.world.api.get<{ items: { to: string; status: string }[] }>(
      `/v1/calls?parentCallId=${callId}`,
    );
    expect(items.map(({ to, status }) => `${status} ${to}`).sort()).toEqual([
      expect.stringMatching(/^completed \+4420/),
      expect.stringMatching(/^completed desk-/),
    ]);
  });

  it('leaves the recording with whoever stays: both who talked to them are on it', async () => {
    const { action, caller, agent } = await dialled(undefined, { record: 'record-from-answer-dual' });
    const number = on.world.newNumber('a');
    await caller.media.listen(800);
    await refer(agent, `<sip:${number}@127.0.0.1>`);
    const target = await on.world.carried('a', number);
    await target.answer();
    await caller.media.hears('callee');
    await caller.media.listen(800);
    await target.bye();
    const { recordingId } = await on.world.result(action);
    await caller.bye();
    await on.world.event('recording.available', ({ data }) => (data.recording as { id: string }).id === recordingId);
    const { rate, channels } = readWav(await on.world.api.download(`/v1/recordings/${recordingId}/media?format=wav`));
    expect(whoIsHeard(channels[0]!, { rate, atLeastMs: 500 })).toEqual(['caller']);
    expect([...whoIsHeard(channels[1]!, { rate, atLeastMs: 500 })].sort()).toEqual(['callee', 'supervisor']);
  });

  it('may hang up as soon as its wish is taken: the caller still reaches the other', async () => {
    const { caller, agent } = await dialled();
    const number = on.world.newNumber('a');
    await refer(agent, `<sip:${number}@127.0.0.1>`);
    expect((await agent.bye()).status).toBe(200);
    const target = await on.world.carried('a', number);
    await target.answer();
    await Promise.all([caller.media.hears('callee'), target.media.hears('caller')]);
    await caller.bye();
    expect((await target.ended).how).toBe('BYE');
  });

  it('hands on whom it called itself: the two go on without it, and without a script', async () => {
    const [called, number] = [on.world.newNumber('b'), on.world.newNumber('a')];
    const { applicationId, path } = await dialling(called);
    const { phone } = await desk('supervisor', applicationId);
    const own = await phone.dial('anybody');
    const remote = await on.world.carried('b', called);
    await remote.answer();
    await Promise.all([own.media.hears('agent'), remote.media.hears('supervisor')]);
    await refer(own, `<sip:${number}@127.0.0.1>`);
    const target = await on.world.carried('a', number);
    await target.answer();
    await Promise.all([remote.media.hears('callee'), target.media.hears('agent')]);
    expect((await own.ended).how).toBe('BYE');
    await on.world.cdr(await on.world.callId(path));
    await target.media.hears('agent');
    await remote.bye();
    expect((await target.ended).how).toBe('BYE');
  });

  it('reaches a colleague by name', async () => {
    const { caller, agent } = await dialled();
    const { phone, username } = await desk('agent');
    await refer(agent, `<sip:${username}@127.0.0.1>`);
    const colleague = await phone.nextCall();
    await colleague.answer();
    await Promise.all([caller.media.hears('agent'), colleague.media.hears('caller')]);
    await caller.bye();
    await colleague.ended;
  });

  it('goes on talking where the other is busy, and is told', async () => {
    const { caller, agent } = await dialled();
    const number = on.world.newNumber('a');
    await refer(agent, `<sip:${number}@127.0.0.1>`);
    const target = await on.world.carried('a', number);
    target.reject(486);
    expect(await lastWord(agent)).toBe('SIP/2.0 486 Busy Here');
    await Promise.all([caller.media.hears('supervisor'), agent.media.hears('caller')]);
    await caller.bye();
    await agent.ended;
  });

  it.each([
    ['a number that the account may not call', '<sip:+19005550100@127.0.0.1>', '403 Forbidden'],
    ['a premium number in a SIP address elsewhere', '<sip:+19005550100@elsewhere.example>', '403 Forbidden'],
    ['a host that the account may not call', '<sip:bob@evil.example>', '403 Forbidden'],
    ['a tel: number that the account may not call', '<tel:+19005550100>', '403 Forbidden'],
    ['nobody of that name', '<sip:nobody-here@127.0.0.1>', '404 Not Found'],
  ])('is refused %s, and the two talk on', async (_what, to, status) => {
    const { caller, agent } = await dialled();
    expect((await refer(agent, to)).status).toBe(202);
    expect(await lastWord(agent)).toBe(`SIP/2.0 ${status}`);
    await Promise.all([caller.media.hears('supervisor'), agent.media.hears('caller')]);
    await caller.bye();
    await agent.ended;
  });

  it('is refused what is no address, or asks for two things', async () => {
    const { caller, agent } = await dialled();
    const bad = [
      '<javascript:alert(1)>',
      'sip:1@127.0.0.1, sip:2@127.0.0.1',
      `<sip:${'9'.repeat(4000)}@127.0.0.1>`,
      '<>',
    ];
    for (const to of bad) expect((await refer(agent, to)).status).toBe(400);
    expect((await refer(agent, '<sip:1@127.0.0.1;method=BYE>')).status).toBe(603);
    expect((await agent.request('REFER')).status).toBe(400);
    await agent.media.hears('caller');
    await caller.bye();
    await agent.ended;
  });

  it('is told nothing where it wants that (RFC 4488)', async () => {
    const { caller, agent } = await dialled();
    const number = on.world.newNumber('a');
    const accepted = await refer(agent, `<sip:${number}@127.0.0.1>`, [['Refer-Sub', 'false']]);
    expect([accepted.status, headerOf(accepted, 'Refer-Sub')]).toEqual([202, 'false']);
    const target = await on.world.carried('a', number);
    await target.answer();
    await caller.media.hears('callee');
    await agent.ended;
    expect(told(agent)).toEqual([]);
    await caller.bye();
  });

  it('that is behind a trunk is refused unless the trunk may transfer', async () => {
    const [number, target] = [on.world.newNumber('b'), on.world.newNumber('a')];
    const line = await dialling(number);
    const caller = await on.world.call(line);
    const remote = await on.world.carried('b', number);
    await remote.answer();
    await caller.media.hears('agent');
    expect((await refer(remote, `<sip:${target}@127.0.0.1>`)).status).toBe(603);
    await remote.media.hears('caller');
    const { items } = await on.world.api.get<{ items: { id: string; name: string }[] }>('/v1/trunks');
    const trunk = items.find(({ name }) => name === 'Carrier b')!;
    await on.world.api.patch(`/v1/trunks/${trunk.id}`, { transferMode: 'enable-all' });
    // The change counts within a second.
    await on.world.eventually('the trunk to be allowed', async () =>
      (await refer(remote, `<sip:${target}@127.0.0.1>`)).status === 202 ? true : undefined,
    );
    const reached = await on.world.carried('a', target);
    await reached.answer();
    await Promise.all([caller.media.hears('callee'), reached.media.hears('caller')]);
    await on.world.api.patch(`/v1/trunks/${trunk.id}`, { transferMode: 'disable-all' });
    await caller.bye();
    await reached.ended;
    const { items: calls } = await on.world.api.get<{ items: { to: string; id: string; transferorCallId?: string }[] }>(
      `/v1/calls?parentCallId=${await on.world.callId(line.path)}`,
    );
    const initiated = await on.world.event('call.initiated', ({ data }) => (data.call as { to: string }).to === target);
    expect(initiated.data.call).toHaveProperty('transferorCallId');
    const [asked, asking] = [calls.find(({ to }) => to === target), calls.find(({ to }) => to === number)];
    expect(asked?.transferorCallId).toBe(asking?.id);
    expect(await on.world.cdr(asked!.id)).toMatchObject({ transferorCallId: asking!.id, status: 'completed' });
  });

  it('alone with a script has nobody to hand on', async () => {
    const line = await on.world.line([{ verb: 'play', url: '/prompt.wav', loop: 0 }]);
    const { phone } = await desk('supervisor', line.applicationId);
    const own = await phone.dial('anybody');
    await own.media.hears('prompt');
    expect((await refer(own, '<sip:desk-1@127.0.0.1>')).status).toBe(603);
    await own.media.hears('prompt');
    await own.bye();
  });
});

describe('a phone that transfers after it asked (Replaces)', () => {
  it('connects its caller with whom it called meanwhile; both its calls end', async () => {
    const number = on.world.newNumber('a');
    const { applicationId, path } = await dialling(number);
    const { caller, agent, phone, line } = await dialled(applicationId);
    expect((await agent.hold()).status).toBe(200);
    const second = await phone.dial('colleague');
    const colleague = await on.world.carried('a', number);
    await colleague.answer();
    await Promise.all([second.media.hears('callee'), colleague.media.hears('supervisor')]);
    await refer(agent, `<sip:colleague@127.0.0.1?${replacing(second)}>`);
    await Promise.all([caller.media.hears('callee'), colleague.media.hears('caller')]);
    expect(await lastWord(agent)).toBe('SIP/2.0 200 OK');
    expect((await agent.ended).how).toBe('BYE');
    expect((await second.ended).how).toBe('BYE');
    await on.world.cdr(await on.world.callId(path));
    await colleague.media.hears('caller');
    await caller.bye();
    expect((await colleague.ended).how).toBe('BYE');
    await on.world.cdr(await on.world.callId(line.path));
  });

  it('connects two callers, each with a script of its own', async () => {
    const one = await dialled();
    const line = await on.world.line([
      { verb: 'dial', targets: [{ type: 'endpoint', endpoint: one.username }] },
      { verb: 'play', url: '/music.wav', loop: 0 },
    ]);
    const other = await (await on.world.phone({ party: 'agent', user: '+15550188' })).dial(line.number);
    const second = await one.phone.nextCall();
    await second.answer();
    await second.media.hears('agent');
    await refer(one.agent, `<sip:x@127.0.0.1?${replacing(second)}>`);
    await Promise.all([one.caller.media.hears('agent'), other.media.hears('caller')]);
    await Promise.all([one.agent.ended, second.ended]);
    await one.caller.bye();
    await other.media.hears('music');
    await other.bye();
  });

  it('is told 481 where it names no call of ours, and goes on', async () => {
    const { caller, agent } = await dialled();
    const unknown = encodeURIComponent('nobody;to-tag=1;from-tag=2');
    await refer(agent, `<sip:x@127.0.0.1?Replaces=${unknown}>`);
    expect(await lastWord(agent)).toBe('SIP/2.0 481 Call/Transaction Does Not Exist');
    await agent.media.hears('caller');
    await caller.bye();
  });

  it('names a call elsewhere: the caller is sent there with Replaces', async () => {
    const { caller, agent } = await dialled();
    const elsewhere = await on.world.phone({ user: 'bob', party: 'agent' });
    const value = 'their-call@pbx;to-tag=77;from-tag=88';
    const uri = `sip:bob@127.0.0.1:${elsewhere.address.port}`;
    await refer(agent, `<${uri}?Replaces=${encodeURIComponent(value)}&X-Ticket=7>`);
    const there = await elsewhere.nextCall();
    expect(headerOf(there.invitation, 'Replaces')).toBe(value);
    expect(headerOf(there.invitation, 'X-Ticket')).toBe('7');
    await there.answer();
    await Promise.all([caller.media.hears('agent'), there.media.hears('caller')]);
    await caller.bye();
    await there.ended;
  });
});

describe('a call that takes the place of another (INVITE with Replaces)', () => {
  it('of the same account has the call: the same record goes on, the former phone is let go', async () => {
    const { caller, agent, line } = await dialled();
    const { phone } = await desk('agent');
    const next = await phone.dial('take', replaces(agent));
    await next.answered();
    expect((await agent.ended).how).toBe('BYE');
    await Promise.all([caller.media.hears('agent'), next.media.hears('caller')]);
    await next.bye();
    await caller.media.hears('prompt');
    await caller.bye();
    const callId = await on.world.callId(line.path);
    await on.world.cdr(callId);
    const { items } = await on.world.api.get<{ items: { status: string }[] }>(`/v1/calls?parentCallId=${callId}`);
    expect(items.map(({ status }) => status)).toEqual(['completed']);
  });

  it('picks a call up that rings elsewhere', async () => {
    const { phone, username } = await desk('supervisor');
    const line = await on.world.line([{ verb: 'dial', targets: [{ type: 'endpoint', endpoint: username }] }]);
    const caller = await on.world.call(line);
    const ringing = await phone.nextCall();
    ringing.ring();
    const { phone: other } = await desk('agent');
    const next = await other.dial('pick-up', replaces(ringing, ';early-only'));
    await next.answered();
    expect((await ringing.ended).how).toBe('CANCEL');
    await Promise.all([caller.media.hears('agent'), next.media.hears('caller')]);
    await caller.bye();
    await next.ended;
  });

  it('is refused: 486 where only a ringing one would do, 481 where there is none, 603 where it has ended', async () => {
    const { caller, agent } = await dialled();
    const { phone } = await desk('agent');
    const refused = async (options: { headers: readonly (readonly [string, string])[] }) =>
      (await (await phone.dial('take', options)).final).status;
    expect(await refused(replaces(agent, ';early-only'))).toBe(486);
    expect(await refused({ headers: [['Replaces', 'nobody;to-tag=1;from-tag=2']] })).toBe(481);
    expect(await refused({ headers: [['Replaces', 'broken']] })).toBe(400);
    await caller.bye();
    await agent.ended;
    expect(await refused(replaces(agent))).toBe(603);
  });

  it('of another account is told that there is none', async () => {
    const { caller, agent } = await dialled();
    const { account } = await on.world.api.post<{ account: { id: string } }>('/v1/accounts', { name: 'Strangers' });
    const { body } = await on.world.api.request<{ password: string }>(
      'POST',
      '/v1/endpoints',
      { username: 'stranger' },
      { 'hookswitch-account': account.id },
    );
    const theirs = await on.world.phone({
      user: 'stranger',
      password: body.password,
      party: 'agent',
      host: '127.0.0.8',
    });
    const stranger = await theirs.dial('take', replaces(agent));
    expect((await stranger.final).status).toBe(481);
    await agent.media.hears('caller');
    await caller.bye();
  });
});

describe('a script that sends its caller elsewhere (REFER)', () => {
  const notify = (call: ToneCall, status: string, state: string) =>
    call.request('NOTIFY', {
      headers: [
        ['Event', 'refer'],
        ['Subscription-State', state],
        ['Content-Type', 'message/sipfrag;version=2.0'],
      ],
      body: `SIP/2.0 ${status}\r\n`,
    });

  it('tells its action what the far end says of it, and lets the call go', async () => {
    const action = on.world.script([{ verb: 'play', url: '/prompt.wav', loop: 0 }], 'referred');
    const line = await on.world.line([
      {
        verb: 'refer',
        referTo: 'sip:100@pbx.example',
        referredBy: 'sip:us@example.com',
        headers: { 'X-A': 'b' },
        action,
      },
    ]);
    const caller = await on.world.call(line);
    const asked = await caller.received.first('the REFER', ({ method }) => method === 'REFER');
    expect(headerOf(asked, 'Refer-To')).toBe('<sip:100@pbx.example>');
    expect(headerOf(asked, 'Referred-By')).toBe('<sip:us@example.com>');
    expect(headerOf(asked, 'X-A')).toBe('b');
    expect(headerOf(asked, 'Contact')).toContain('127.0.0.1');
    expect((await notify(caller, '180 Ringing', 'active;expires=60')).status).toBe(200);
    expect((await notify(caller, '200 OK', 'terminated;reason=noresource')).status).toBe(200);
    expect(await on.world.result(action)).toMatchObject({
      referStatus: 'transferred',
      referSipStatus: 200,
      notifySipStatus: 200,
    });
    expect((await caller.ended).how).toBe('BYE');
    const callId = await on.world.callId(line.path);
    const summaries = await on.world.eventually('the whole timeline', async () => {
      const entries = (await on.world.timeline(callId)).map(({ summary }) => summary);
      return entries.includes('refer: transferred') ? entries : undefined;
    });
    expect(summaries).toEqual(expect.arrayContaining(['→ REFER', 'the far end tells of its new call: 180']));
  });

  it('is sent there by the API as well, a call that a script dialled, too', async () => {
    const { caller, agent, line } = await dialled();
    const { items } = await on.world.api.get<{ items: { id: string }[] }>(
      `/v1/calls?parentCallId=${await on.world.callId(line.path)}`,
    );
    const callId = items[0]!.id;
    await on.world.api.patch(`/v1/calls/${callId}`, { refer: { referTo: 'sip:100@pbx.example', timeout: 20 } });
    const asked = await agent.received.first('the REFER', ({ method }) => method === 'REFER');
    expect(headerOf(asked, 'Refer-To')).toBe('<sip:100@pbx.example>');
    await notify(agent, '486 Busy Here', 'terminated;reason=noresource');
    await agent.media.hears('caller');
    const { data } = await on.world.event('call.updated', (event) => event.callId === callId);
    expect(data.changed).toEqual(['refer']);
    await caller.bye();
    await agent.ended;
  });

  it('connects two calls of ours that lie at the same far end', async () => {
    const waiting = await on.world.line([{ verb: 'play', url: '/music.wav', loop: 0 }]);
    const other = await on.world.call(waiting);
    await other.media.hears('music');
    const line = await on.world.line([{ verb: 'refer', callId: await on.world.callId(waiting.path) }]);
    const caller = await on.world.call(line);
    const asked = await caller.received.first('the REFER', ({ method }) => method === 'REFER');
    const target = headerOf(asked, 'Refer-To');
    expect(target).toContain(
      `${other.callId};to-tag=${other.localTag};from-tag=${other.remoteTag}`.replace(/[;=@]/g, encodeURIComponent),
    );
    await notify(caller, '200 OK', 'terminated;reason=noresource');
    expect((await caller.ended).how).toBe('BYE');
    await other.media.hears('music');
    await other.bye();
  });

  it('answers a NOTIFY that nobody asked for with 481', async () => {
    const line = await on.world.line([{ verb: 'play', url: '/prompt.wav', loop: 0 }]);
    const caller = await on.world.call(line);
    await caller.media.hears('prompt');
    expect((await notify(caller, '200 OK', 'terminated')).status).toBe(481);
    await caller.bye();
  });
});

describe('races of transfers', () => {
  it('two at once: the second is refused while the first is under way', async () => {
    const { caller, agent } = await dialled();
    const number = on.world.newNumber('a');
    const answers = await Promise.all([
      refer(agent, `<sip:${number}@127.0.0.1>`),
      refer(agent, `<sip:${on.world.newNumber('a')}@127.0.0.1>`),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([202, 491]);
    const target = await on.world.carried('a', number);
    await target.answer();
    await caller.media.hears('callee');
    await caller.bye();
    await target.ended;
  });

  it('the caller leaves while the other still rings: it rings no longer, and the phone is let go', async () => {
    const { caller, agent } = await dialled();
    const number = on.world.newNumber('a');
    await refer(agent, `<sip:${number}@127.0.0.1>`);
    const target = await on.world.carried('a', number);
    target.ring();
    await caller.bye();
    expect((await target.ended).how).toBe('CANCEL');
    expect((await agent.ended).how).toBe('BYE');
    expect(await lastWord(agent)).toBe('SIP/2.0 487 Request Terminated');
  });

  it('the phone hangs up and the other does not answer: the script goes on with the caller', async () => {
    const { caller, agent, action } = await dialled();
    const number = on.world.newNumber('a');
    await refer(agent, `<sip:${number}@127.0.0.1>`);
    const target = await on.world.carried('a', number);
    await agent.bye();
    target.reject(480);
    expect(await on.world.result(action)).toMatchObject({ dialStatus: 'completed' });
    await caller.media.hears('prompt');
    await caller.bye();
  });

  it('a phone that was not answered yet has nobody to hand on, and may still give up', async () => {
    const called = on.world.newNumber('b');
    const { applicationId } = await on.world.line([
      { verb: 'dial', answerOnBridge: true, targets: [{ type: 'number', number: called }] },
    ]);
    const { phone } = await desk('supervisor', applicationId);
    const own = await phone.dial('anybody');
    const remote = await on.world.carried('b', called);
    remote.ring();
    await own.provisional(180);
    const asked = refer(own, `<sip:${on.world.newNumber('a')}@127.0.0.1>`);
    own.cancel();
    expect([481, 603]).toContain((await asked).status);
    expect((await own.ended).how).toBe('487');
    expect((await remote.ended).how).toBe('CANCEL');
  });

  it('a phone that hands its caller to itself rings once more', async () => {
    const { caller, agent, phone, username } = await dialled();
    await refer(agent, `<sip:${username}@127.0.0.1>`);
    const again = await phone.nextCall();
    await again.answer();
    expect((await agent.ended).how).toBe('BYE');
    await caller.media.hears('supervisor');
    expect(Number(headerOf(again.invitation, 'Max-Forwards'))).toBeLessThan(69);
    await caller.bye();
    await again.ended;
  });

  it('nothing is left open', async () => {
    const { caller, agent } = await dialled();
    const number = on.world.newNumber('a');
    await Promise.all([refer(agent, `<sip:${number}@127.0.0.1>`).catch(() => undefined), agent.bye()]);
    await caller.bye();
    for (const kind of ['calls', 'dialogs', 'mediaPorts', 'conferences', 'transactions']) {
      const isNone = async () => ((await openInEngine(on.world.platform, kind)) === 0 ? true : undefined);
      await on.world.eventually(`no open ${kind}`, isNone, 60_000);
    }
  });
});
