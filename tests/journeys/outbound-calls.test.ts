import { describe, expect, it } from 'vitest';
import { headerOf } from '../peers/tone-phone/sip-text.js';
import { type CallView, type CdrView, ourNumber, quiet, useWorld } from './world.js';

const on = useWorld({ name: 'outbound', redisDatabase: 5 });

/** Calls a new number at carrier A by the API. */
async function place(request: Readonly<Record<string, unknown>>) {
  const to = on.world.newNumber('a');
  const call = await on.world.api.post<CallView>('/v1/calls', { to, from: ourNumber, ...request });
  const phone = await on.world.carried('a', to);
  return { to, callId: call.id, call, phone };
}

const music = [{ verb: 'play', url: '/music.wav', loop: 0 }];

describe('a call made by the API', () => {
  it('asks its URL for a script once it is answered', async () => {
    const path = on.world.script(music);
    const { callId, phone, to, call } = await place({
      scriptUrl: on.world.backend.url(path),
      tags: { campaign: 'spring' },
      headers: { 'X-Order': '17' },
      fromDisplayName: 'Example Ltd',
    });
    expect(call).toMatchObject({ direction: 'outbound-api', status: 'queued', to, from: ourNumber });
    expect(headerOf(phone.invitation, 'X-Order')).toBe('17');
    expect(headerOf(phone.invitation, 'From')).toMatch(/Example Ltd.*\+15550000001/);
    phone.ring();
    await on.world.eventually('the call to ring', async () =>
      (await on.world.getCall(callId)).status === 'ringing' ? true : undefined,
    );
    expect(on.world.backend.count(path)).toBe(0);
    await phone.answer();
    await phone.media.hears('music');
    expect((await on.world.getCall(callId)).status).toBe('in-progress');
    await phone.bye();
    expect(await on.world.cdr(callId)).toMatchObject({
      direction: 'outbound-api',
      to,
      status: 'completed',
      tags: { campaign: 'spring' },
    });
    expect(on.world.eventsOf(callId).map(({ type, sequence }) => [sequence, type])).toEqual([
      [1, 'call.initiated'],
      [2, 'call.ringing'],
      [3, 'call.answered'],
      [4, 'call.completed'],
      [5, 'cdr.created'],
    ]);
    expect((await on.world.getCall(callId)).lastEventSequence).toBe(5);
  });

  it('runs a script that came with the request', async () => {
    const url = on.world.backend.url('/music.wav');
    const { phone } = await place({ script: [{ verb: 'play', url, loop: 0 }] });
    await phone.answer();
    await phone.media.hears('music');
    await phone.bye();
  });

  it('runs an application, is recorded, and has digits sent', async () => {
    const line = await on.world.line(music);
    const { phone, callId } = await place({ applicationId: line.applicationId, sendDigits: '1w2', record: true });
    await phone.answer();
    await phone.media.hearsDigits('12');
    await phone.media.hears('music');
    await phone.bye();
    expect((await on.world.cdr(callId)).recordingIds).toHaveLength(1);
    await on.world.event('recording.available', ({ callId: id }) => id === callId);
  });

  it('reaches a phone of ours by its id', async () => {
    const { endpoint, password } = await on.world.api.post<{ endpoint: { id: string }; password: string }>(
      '/v1/endpoints',
      { username: 'desk' },
    );
    const desk = await on.world.phone({ user: 'desk', password, party: 'callee' });
    await desk.register();
    await on.world.api.post('/v1/calls', {
      to: endpoint.id,
      from: 'reception',
      scriptUrl: on.world.backend.url(on.world.script(music)),
    });
    const call = await desk.nextCall();
    await call.answer();
    await call.media.hears('music');
    await call.bye();
  });

  it.each([
    ['busy', 486, 'busy'],
    ['not there', 404, 'failed'],
    ['away', 480, 'no-answer'],
  ])('ends as the callee answers: %s', async (_, sip, status) => {
    const { phone, callId } = await place({ script: [{ verb: 'hangup' }] });
    phone.reject(sip);
    expect(await on.world.cdr(callId)).toMatchObject({ status, talkSeconds: 0, termination: { by: 'remote', sip } });
  });

  it('gives up when nobody answers in time', async () => {
    const { phone, callId } = await place({ script: [{ verb: 'hangup' }], ringTimeoutSeconds: 1 });
    phone.ring();
    expect(await phone.ended).toEqual({ by: 'them', how: 'CANCEL' });
    expect(await on.world.cdr(callId)).toMatchObject({
      status: 'no-answer',
      termination: { by: 'system', reason: 'ring-timeout' },
    });
  });

  it('ends at its time limit', async () => {
    const path = on.world.script(music);
    const { phone, callId } = await place({ scriptUrl: on.world.backend.url(path), timeLimitSeconds: 1 });
    await phone.answer();
    expect(await phone.ended).toEqual({ by: 'them', how: 'BYE' });
    expect((await on.world.cdr(callId)).termination).toMatchObject({ by: 'system', reason: 'time-limit' });
  });

  it('rings once, however often the request with its idempotency key is repeated', async () => {
    const to = on.world.newNumber('a');
    const body = { to, from: ourNumber, script: [{ verb: 'hangup' }] };
    const ask = () => on.world.api.request<CallView>('POST', '/v1/calls', body, { 'idempotency-key': `once-${to}` });
    const first = await ask();
    const again = await ask();
    expect([first.status, again.status]).toEqual([201, 201]);
    expect(again.body).toEqual(first.body);
    (await on.world.carried('a', to)).reject(486);
    await on.world.cdr(first.body.id);
    expect((await ask()).body.id).toBe(first.body.id);
    const rung = on.world.carriers.a.incoming.all.filter(({ invitation }) => invitation.uri?.includes(to));
    expect(rung).toHaveLength(1);
    const other = { ...body, from: '+15550000002' };
    const reused = await on.world.api.request('POST', '/v1/calls', other, { 'idempotency-key': `once-${to}` });
    expect([reused.status, reused.body.code]).toEqual([422, 'idempotency-key-reused']);
  });

  it.each([
    ['a destination not allowed', { to: '+8613800138000' }, 403, 'destination-not-allowed'],
    ['a SIP host not allowed', { to: 'sip:bob@example.com' }, 403, 'destination-not-allowed'],
    ["a caller id that is somebody else's", { from: '+15559999999' }, 403, 'caller-id-not-allowed'],
    ['no script at all', { script: undefined }, 400, undefined],
    ['a script and a URL', { scriptUrl: 'http://127.0.0.1:9/' }, 400, undefined],
    ['a field that there is not', { scripts: [] }, 400, 'invalid-request'],
    ['an unknown verb', { script: [{ verb: 'answer' }, { verb: 'dance' }] }, 400, 'invalid-script'],
    ["somebody else's application", { script: undefined, applicationId: `AP${'0'.repeat(32)}` }, 400, undefined],
  ])('is refused for %s, and rings nowhere', async (_, change, status, code) => {
    const to = on.world.newNumber('a');
    const answer = await on.world.api.request('POST', '/v1/calls', {
      to,
      from: ourNumber,
      script: [{ verb: 'hangup' }],
      ...change,
    });
    expect(answer.status).toBe(status);
    if (code !== undefined) expect(answer.body.code).toBe(code);
    expect(answer.body.instance).toMatch(/./);
    expect(on.world.carriers.a.incoming.all.some(({ invitation }) => invitation.uri?.includes(to))).toBe(false);
  });

  it('is refused beyond the calls that the account may have at once', async () => {
    const { account } = await on.world.api.post<{ account: { id: string } }>('/v1/accounts', {
      name: 'Small',
      limits: { concurrentCalls: 1 },
    });
    const headers = { 'hookswitch-account': account.id };
    const made = await on.world.api.request<{ endpoint: { id: string }; password: string }>(
      'POST',
      '/v1/endpoints',
      { username: 'small' },
      headers,
    );
    const phone = await on.world.phone({ user: 'small', password: made.body.password });
    await phone.register();
    const body = { to: made.body.endpoint.id, from: 'reception', script: [{ verb: 'pause', length: 600 }] };
    const first = await on.world.api.request<CallView>('POST', '/v1/calls', body, headers);
    expect(first.status).toBe(201);
    const rung = await phone.nextCall();
    const second = await on.world.api.request('POST', '/v1/calls', body, headers);
    expect([second.status, second.body.code]).toEqual([429, 'concurrent-calls-limit']);
    rung.reject(486);
    await on.world.eventually('the place to be free', async () => {
      const { body: call } = await on.world.api.request<CallView>(
        'GET',
        `/v1/calls/${first.body.id}`,
        undefined,
        headers,
      );
      return call.status === 'busy' ? true : undefined;
    });
    expect((await on.world.api.request('POST', '/v1/calls', body, headers)).status).toBe(201);
    (await phone.nextCall()).reject(486);
  });
});

describe('a live call changed by the API', () => {
  async function talking() {
    const path = on.world.script(music);
    const placed = await place({ scriptUrl: on.world.backend.url(path) });
    await placed.phone.answer();
    await placed.phone.media.hears('music');
    return placed;
  }

  it('runs another script from an address, and one that came with the request', async () => {
    const { callId, phone } = await talking();
    const path = on.world.script([{ verb: 'play', url: '/prompt.wav', loop: 0 }]);
    await on.world.api.patch(`/v1/calls/${callId}`, { scriptUrl: on.world.backend.url(path) });
    await phone.media.hears('prompt');
    const url = on.world.backend.url('/music.wav');
    await on.world.api.patch(`/v1/calls/${callId}`, { script: [{ verb: 'play', url, loop: 0 }] });
    await phone.media.hears('music');
    await phone.bye();
  });

  it('takes a change only for the script revision that it was meant for', async () => {
    const { callId, phone } = await talking();
    const patch = (script: unknown, match: string) =>
      on.world.api.request('PATCH', `/v1/calls/${callId}`, { script }, { 'if-match': match });
    const url = on.world.backend.url('/prompt.wav');
    // As the reference says of a 412: read the call and decide anew. The record may lag behind the script a little.
    const etag = await on.world.eventually('the revision that runs', async () => {
      const { headers } = await on.world.api.request<CallView>('GET', `/v1/calls/${callId}`);
      const { status } = await patch([{ verb: 'play', url, loop: 0 }], headers.get('etag')!);
      expect([200, 412]).toContain(status);
      return status === 200 ? headers.get('etag')! : undefined;
    });
    await phone.media.hears('prompt');
    const stale = await patch([{ verb: 'hangup' }], etag);
    expect([stale.status, stale.body.code]).toEqual([412, 'stale-script-revision']);
    await phone.media.hears('prompt');
    await phone.bye();
  });

  it('hears a sound, then goes on; is sent digits; is muted', async () => {
    const { callId, phone } = await talking();
    await on.world.api.patch(`/v1/calls/${callId}`, {
      script: [{ verb: 'pause', length: 600 }],
      tags: { step: 'two' },
    });
    await quiet(phone);
    await on.world.api.patch(`/v1/calls/${callId}`, { play: { url: on.world.backend.url('/prompt.wav'), loop: 3 } });
    await phone.media.hears('prompt');
    await quiet(phone);
    await on.world.api.patch(`/v1/calls/${callId}`, { sendDigits: '98' });
    await phone.media.hearsDigits('98');
    expect((await on.world.getCall(callId)).tags).toEqual({ step: 'two' });
    await phone.bye();
  });

  it('is hung up, and says so; afterwards it can be changed no more', async () => {
    const { callId, phone } = await talking();
    await on.world.api.patch(`/v1/calls/${callId}`, { status: 'completed' });
    expect(await phone.ended).toEqual({ by: 'them', how: 'BYE' });
    expect((await on.world.cdr(callId)).termination).toMatchObject({ by: 'local', reason: 'hangup' });
    const late = await on.world.api.request('PATCH', `/v1/calls/${callId}`, { status: 'completed' });
    expect([late.status, late.body.code]).toEqual([409, 'call-not-live']);
  });

  it('is canceled before the answer, and only before', async () => {
    const { callId, phone } = await place({ script: [{ verb: 'pause', length: 600 }] });
    phone.ring();
    await on.world.api.patch(`/v1/calls/${callId}`, { status: 'canceled' });
    expect(await phone.ended).toEqual({ by: 'them', how: 'CANCEL' });
    expect((await on.world.cdr(callId)).status).toBe('canceled');
    const other = await talking();
    const late = await on.world.api.request('PATCH', `/v1/calls/${other.callId}`, { status: 'canceled' });
    expect([late.status, late.body.code]).toEqual([409, 'call-already-answered']);
    await other.phone.bye();
  });
});

describe('what is left of calls', () => {
  it('is in the CDRs as JSON and CSV, in the events, the timeline and the usage', async () => {
    const { api } = on.world;
    const { callId, phone, to } = await place({ script: [{ verb: 'pause', length: 600 }], tags: { note: 'a "b", c' } });
    await phone.answer();
    await phone.bye();
    const cdr = await on.world.cdr(callId);
    const listed = await api.get<{ items: CdrView[] }>(`/v1/cdrs?to=${encodeURIComponent(to)}`);
    expect(listed.items).toEqual([cdr]);
    expect(await api.get(`/v1/cdrs/${callId}`)).toEqual(cdr);
    const csv = (await api.download(`/v1/cdrs.csv?to=${encodeURIComponent(to)}`)).toString();
    const [head, row, ...rest] = csv.trimEnd().split(/\r?\n/);
    expect(rest).toEqual([]);
    expect(head!.split(',')[0]).toBe('callId');
    expect(row).toContain(callId);
    expect(row).toContain('"{""note"":""a \\""b\\"", c""}"');
    const events = await api.get<{ items: { type: string; sequence: number }[] }>(`/v1/events?callId=${callId}`);
    expect(events.items.map(({ sequence }) => sequence)).toEqual([4, 3, 2, 1]);
    const timeline = await on.world.eventually('the end in the timeline', async () => {
      const entries = await on.world.timeline(callId);
      return entries.some(({ summary }) => summary.startsWith('ended:')) ? entries : undefined;
    });
    expect(timeline.filter(({ kind }) => kind === 'sip').map(({ summary }) => summary)).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/→ INVITE/),
        expect.stringMatching(/← .*200/),
        expect.stringMatching(/← BYE/),
      ]),
    );
    const usage = await api.get<{ totals: { outboundCalls: number } }>('/v1/usage');
    expect(usage.totals.outboundCalls).toBeGreaterThan(0);
  });

  it('is sent again on demand, with the id it had', async () => {
    const { api, sink } = on.world;
    const { callId, phone } = await place({ script: [{ verb: 'hangup' }] });
    phone.reject(486);
    await on.world.cdr(callId);
    const cdr = (await on.world.event('cdr.created', (event) => event.callId === callId)).id;
    const deliveries = () => sink.deliveries.filter(({ event }) => event?.id === cdr).map(({ webhookId }) => webhookId);
    expect(deliveries()).toHaveLength(1);
    expect((await api.request('POST', `/v1/events/${cdr}/replay`)).status).toBe(202);
    await on.world.eventually('the replayed event', async () => (deliveries().length === 2 ? true : undefined));
    const redeliver = { eventIds: [cdr] };
    const path = `/v1/webhook-endpoints/${on.world.webhookEndpointId}`;
    expect((await api.request('POST', `${path}/redeliveries`, redeliver)).status).toBe(202);
    await on.world.eventually('the redelivered event', async () => (deliveries().length === 3 ? true : undefined));
    expect(new Set(deliveries()).size).toBe(1);
    const attempts = await on.world.eventually('three attempts', async () => {
      const { items } = await api.get<{ items: { status: string }[] }>(`${path}/attempts?eventId=${cdr}`);
      return items.length === 3 ? items : undefined;
    });
    expect(attempts.every(({ status }) => status === 'succeeded')).toBe(true);
  });
});
