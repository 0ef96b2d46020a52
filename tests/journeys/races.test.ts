import { describe, expect, it } from 'vitest';
import { cseqOf, headerOf } from '../peers/tone-phone/sip-text.js';
import { type CallView, ourNumber, quiet, useWorld } from './world.js';

const on = useWorld({ name: 'races', redisDatabase: 7, settings: { MEDIA_LOSS_SECONDS: '1.5' } });

const music = [{ verb: 'play', url: '/music.wav', loop: 0 }];

/** A call by the API that rings at carrier A. */
async function ringing(request: Readonly<Record<string, unknown>> = {}) {
  const to = on.world.newNumber('a');
  const { id } = await on.world.api.post<CallView>('/v1/calls', {
    to,
    from: ourNumber,
    script: [{ verb: 'pause', length: 600 }],
    ...request,
  });
  return { callId: id, phone: await on.world.carried('a', to) };
}

/** Exactly one end and one CDR, in order and without a gap. */
async function endedOnce(callId: string) {
  const cdr = await on.world.cdr(callId);
  const { items } = await on.world.api.get<{ items: { type: string; sequence: number }[] }>(
    `/v1/events?callId=${callId}`,
  );
  const events = [...items].reverse();
  expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_, index) => index + 1));
  expect(events.filter(({ type }) => type === 'call.completed')).toHaveLength(1);
  expect(events.filter(({ type }) => type === 'cdr.created')).toHaveLength(1);
  return cdr;
}

describe('a call that is canceled', () => {
  it('while the callee answers is acknowledged and hung up (RFC 3261 9.1)', async () => {
    const { callId, phone } = await ringing();
    phone.onCancel = 'answer';
    phone.ring();
    await on.world.api.patch(`/v1/calls/${callId}`, { status: 'canceled' });
    expect(await phone.ended).toEqual({ by: 'them', how: 'BYE' });
    const methods = phone.received.all.map(({ method }) => method);
    expect(methods).toEqual(expect.arrayContaining(['CANCEL', 'ACK', 'BYE']));
    await endedOnce(callId);
  });

  it('by its caller while our 200 is under way is answered 200 and 200, and hung up by the caller', async () => {
    const line = await on.world.line([{ verb: 'answer' }, { verb: 'pause', length: 600 }]);
    const call = await on.world.call(line, { autoAck: false });
    await call.final;
    call.cancel();
    await call.received.first('the answer to CANCEL', (message) => cseqOf(message).method === 'CANCEL');
    call.ack();
    expect((await call.bye()).status).toBe(200);
    expect(await endedOnce(await on.world.callId(line.path))).toMatchObject({ status: 'completed' });
  });

  it('by its caller during the wait for the webhook ends at once', async () => {
    let letGo = () => {};
    const held = new Promise<void>((resolve) => (letGo = resolve));
    const line = await on.world.line(async () => {
      await held;
      return music;
    });
    const call = await on.world.call(line);
    await call.provisional(180);
    call.cancel();
    expect((await call.final).status).toBe(487);
    const event = await on.world.event('cdr.created', ({ data }) => data.to === line.number);
    expect(event.data).toMatchObject({ status: 'canceled', termination: { by: 'remote', reason: 'caller-canceled' } });
    letGo();
    const callId = event.data.callId as string;
    await endedOnce(callId);
    await on.world.backend.request(line.path);
    expect((await on.world.getCall(callId)).status).toBe('canceled');
  });

  it('many times at every moment ends exactly once each', async () => {
    const line = await on.world.line([{ verb: 'answer' }, { verb: 'pause', length: 600 }]);
    const phone = await on.world.phone();
    const calls = await Promise.all(Array.from({ length: 20 }, () => phone.dial(line.number)));
    await Promise.all(
      calls.map(async (call, index) => {
        // Some before anything came back, some as it does.
        if (index % 2 === 1) await call.received.first('anything', ({ status }) => (status ?? 0) >= 100);
        call.cancel();
        const final = await call.final;
        if (final.status === 200) await call.bye();
        else expect(final.status).toBe(487);
      }),
    );
    // A call that was given up before it was known whose it is leaves no record.
    const items = await on.world.eventually('the end of each', async () => {
      const list = await on.world.api.get<{ items: CallView[] }>(
        `/v1/calls?to=${encodeURIComponent(line.number)}&limit=100`,
      );
      return list.items.every(({ termination }) => termination !== null) ? list.items : undefined;
    });
    expect(items.length).toBeGreaterThan(0);
    for (const { id } of items) await endedOnce(id);
  });
});

describe('a call that both sides change at once', () => {
  it('is hung up by the phone while it sends a re-INVITE', async () => {
    const line = await on.world.line(music);
    const call = await on.world.call(line);
    await call.media.hears('music');
    const reinvite = call.hold('sendonly');
    const bye = call.bye();
    expect((await bye).status).toBe(200);
    expect([200, 481, 487, 500, 491]).toContain((await reinvite).status);
    expect(await endedOnce(await on.world.callId(line.path))).toMatchObject({ status: 'completed' });
  });

  it('is hung up by both', async () => {
    const { callId, phone } = await ringing();
    await phone.answer();
    await on.world.eventually('the answer', async () =>
      (await on.world.getCall(callId)).status === 'in-progress' ? true : undefined,
    );
    const [ours, theirs] = await Promise.all([
      phone.bye(),
      on.world.api.request('PATCH', `/v1/calls/${callId}`, { status: 'completed' }),
    ]);
    expect([200, 481]).toContain(ours.status);
    expect([200, 409]).toContain(theirs.status);
    expect(await endedOnce(callId)).toMatchObject({ status: 'completed', termination: { reason: 'hangup' } });
  });

  it('is hung up by the platform while the phone never answers the BYE', async () => {
    const { callId, phone } = await ringing();
    phone.onBye = 'ignore';
    await phone.answer();
    await on.world.eventually('the answer', async () =>
      (await on.world.getCall(callId)).status === 'in-progress' ? true : undefined,
    );
    await on.world.api.patch(`/v1/calls/${callId}`, { status: 'completed' });
    await phone.received.until('the BYE twice', () =>
      phone.received.all.filter(({ method }) => method === 'BYE').length >= 2 ? true : undefined,
    );
    expect(await endedOnce(callId)).toMatchObject({ status: 'completed', termination: { by: 'local' } });
  });
});

describe('a call that answers never settles', () => {
  it('is hung up where the phone never acknowledges the 200 (RFC 3261 13.3.1.4)', async () => {
    const line = await on.world.line([{ verb: 'answer' }, { verb: 'pause', length: 600 }]);
    const call = await on.world.call(line, { autoAck: false });
    await call.final;
    expect(await call.ended).toEqual({ by: 'them', how: 'BYE' });
    const answers = call.received.all.filter(({ status }) => status === 200);
    expect(answers.length).toBeGreaterThan(2);
    expect(await endedOnce(await on.world.callId(line.path))).toMatchObject({ termination: { reason: 'no-ack' } });
  });
});

describe('a phone that goes', () => {
  it('without a word ends its call as lost media', async () => {
    const line = await on.world.line(music);
    const call = await on.world.call(line);
    await call.media.hears('music');
    call.media.freeze(true);
    expect(await call.ended).toEqual({ by: 'them', how: 'BYE' });
    const bye = call.received.all.find(({ method }) => method === 'BYE')!;
    expect(headerOf(bye, 'Reason')).not.toBe('');
    expect(await endedOnce(await on.world.callId(line.path))).toMatchObject({
      status: 'completed',
      termination: { by: 'system', reason: 'media-lost' },
    });
  });

  it('with its whole process, in the middle of a conversation, ends both calls', async () => {
    const number = on.world.newNumber('a');
    const line = await on.world.line([{ verb: 'dial', targets: [{ type: 'number', number }] }]);
    const caller = await on.world.call(line);
    const callee = await on.world.carried('a', number);
    await callee.answer();
    await callee.media.hears('caller');
    // Neither a BYE nor a packet any more, and nothing that answers ours.
    caller.onBye = 'ignore';
    caller.abandon();
    expect(await callee.ended).toEqual({ by: 'them', how: 'BYE' });
    expect((await endedOnce(await on.world.callId(line.path))).termination).toMatchObject({ reason: 'media-lost' });
  });

  it('silent on hold stays, and is heard again afterwards', async () => {
    const line = await on.world.line([{ verb: 'gather', numDigits: 1, timeout: 600, action: '/held' }]);
    on.world.backend.answer('/held', music);
    const call = await on.world.call(line);
    await call.answered();
    await call.media.listen(500);
    expect((await call.hold('inactive')).status).toBe(200);
    // Longer than media may be lost for.
    await call.media.listen(2500);
    expect((await call.resume()).status).toBe(200);
    await call.media.sendDigits('1');
    await call.media.hears('music');
    expect((await call.hold('sendonly')).status).toBe(200);
    await quiet(call);
    await call.resume();
    await call.media.hears('music');
    await call.bye();
    await endedOnce(await on.world.callId(line.path));
  });
});
