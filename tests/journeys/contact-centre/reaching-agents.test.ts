import { beforeAll, describe, expect, it } from 'vitest';
import { headerOf } from '../../peers/tone-phone/sip-text.js';
import type { ToneCall } from '../../peers/tone-phone/tone-call.js';
import { toneWav, useWorld } from '../world.js';
import { Desk } from './desk.js';

const on = useWorld({ name: 'reaching_agents', redisDatabase: 35 });
let desk: Desk;
let forMobiles: string;
beforeAll(async () => {
  desk = new Desk(on.world);
  forMobiles = on.world.newNumber();
  await on.world.api.post('/v1/numbers', { number: forMobiles, name: 'For mobiles', forAgentMobiles: true });
  const waiting = await on.world.api.upload<{ id: string }>('/v1/audio', 'audio/wav', toneWav('prompt', 1));
  await on.world.api.patch('/v1/contact-centre', { afterCallWorkSeconds: 600, waitingAudioId: waiting.id });
});

describe('an agent is reached', () => {
  it('SOFTIN-02 NUM-04 on the mobile, always: it rings with the SIP phone, and shows the number for mobiles', async () => {
    const group = await desk.group();
    const mobile = on.world.newNumber('a');
    const { agent, phone } = await desk.seat('agent', [group], { phone: mobile, mobileAnswer: 'always' });
    const customer = await on.world.call(await desk.line(group));
    const [sip, call] = await Promise.all([phone.nextCall(), on.world.carried('a', mobile)]);
    expect(headerOf(call.invitation, 'From')).toContain(forMobiles);
    await call.answer();
    expect(await sip.ended).toEqual({ by: 'them', how: 'CANCEL' });
    await Promise.all([customer.media.hears('callee'), call.media.hears('caller')]);
    await customer.bye();
    const event = await on.world.event('contact.completed', ({ data }) => JSON.stringify(data).includes(agent.id));
    const { participants } = event.data.contact as { participants: { type: string; phone: string }[] };
    expect(participants[1]).toMatchObject({ type: 'staffPhoneSeat', phone: mobile });
  });

  describe('on phone and mobile, in the order that is set', () => {
    /** An agent whose phones ring so, and a customer who calls. */
    async function calls(more: object) {
      const group = await desk.group({ ringTimeoutSeconds: 60 });
      const mobile = on.world.newNumber('a');
      const { phone } = await desk.seat('agent', [group], { phone: mobile, mobileAnswer: 'always', ...more });
      const customer = await on.world.call(await desk.line(group));
      const mobileCalls = () =>
        on.world.carriers.a.incoming.all.filter(({ invitation }) => invitation.uri?.includes(mobile)).length;
      return { phone, customer, onMobile: () => on.world.carried('a', mobile), mobileCalls };
    }

    it('SOFTIN-02 at once: where the phone answers the mobile stops', async () => {
      const { phone, customer, onMobile } = await calls({});
      const [sip, call] = await Promise.all([phone.nextCall(), onMobile()]);
      call.ring();
      await sip.answer();
      expect(await call.ended).toEqual({ by: 'them', how: 'CANCEL' });
      await Promise.all([customer.media.hears('agent'), sip.media.hears('caller')]);
      await customer.bye();
    });

    it('SOFTIN-02 the phone first: the mobile rings once the phone has stopped', async () => {
      const { phone, customer, onMobile, mobileCalls } = await calls({
        ringing: { order: 'phoneFirst', secondsEach: 10 },
      });
      const sip = await phone.nextCall();
      sip.ring();
      await customer.media.hears('prompt');
      expect(mobileCalls()).toBe(0);
      expect(await sip.ended).toEqual({ by: 'them', how: 'CANCEL' });
      const call = await onMobile();
      await call.answer();
      await Promise.all([customer.media.hears('callee'), call.media.hears('caller')]);
      await customer.bye();
      expect(phone.incoming.all).toHaveLength(1);
    });

    it('SOFTIN-02 the mobile first: the phone rings at once where the mobile cannot be reached', async () => {
      const { phone, customer, onMobile } = await calls({ ringing: { order: 'mobileFirst', secondsEach: 60 } });
      const call = await onMobile();
      expect(phone.incoming.all).toHaveLength(0);
      call.reject(404);
      const sip = await phone.nextCall();
      await sip.answer();
      await Promise.all([customer.media.hears('agent'), sip.media.hears('caller')]);
      await customer.bye();
    });

    it('SOFTIN-02 the phone first, by the setting of the centre: who refuses on it is not rung on the mobile', async () => {
      await on.world.api.patch('/v1/contact-centre', { ringing: { order: 'phoneFirst', secondsEach: 60 } });
      // Settings count within a second: agents rung before that are rung at once.
      const { phone, customer, mobileCalls } = await on.world.eventually('the setting to count', async () => {
        const rung = await calls({});
        (await rung.phone.nextCall()).reject(486);
        const { items } = await on.world.api.get<{ items: { status: string }[] }>('/v1/contacts?live=true');
        if (items.every(({ status }) => status === 'queued') && rung.mobileCalls() === 0) return rung;
        await rung.customer.bye();
        return undefined;
      });
      await customer.media.hears('prompt');
      expect([phone.incoming.all.length, mobileCalls()]).toEqual([1, 0]);
      await customer.bye();
      await on.world.api.patch('/v1/contact-centre', { ringing: { order: 'atOnce', secondsEach: 15 } });
    });
  });

  it('SOFTIN-02 on the mobile where no client is connected', async () => {
    const group = await desk.group();
    const mobile = on.world.newNumber('a');
    const agent = await desk.staff.add({
      phone: mobile,
      mobileAnswer: 'whenOffline',
      skillGroups: [{ skillGroupId: group.id }],
    });
    await desk.status(agent, 'online');
    const customer = await on.world.call(await desk.line(group));
    const call = await on.world.carried('a', mobile);
    await call.answer();
    await customer.media.hears('callee');
    await customer.bye();
  });

  it('by API: the phone that rings is dialled anew and answers by itself', async () => {
    const group = await desk.group();
    const seat = await desk.seat('agent', [group]);
    const customer = await on.world.call(await desk.line(group));
    const ringing = await seat.phone.nextCall();
    expect(headerOf(ringing.invitation, 'Call-Info')).toBe('');
    ringing.ring();
    const { items } = await on.world.api.get<{ items: { id: string }[] }>(
      `/v1/contacts?live=true&agentId=${seat.agent.id}`,
    );
    await desk.act(items[0]!.id, 'accept', { agentId: seat.agent.id });
    const again = await seat.phone.nextCall();
    expect(headerOf(again.invitation, 'Call-Info')).toContain('answer-after=0');
    expect(await ringing.ended).toEqual({ by: 'them', how: 'CANCEL' });
    await again.answer();
    await Promise.all([customer.media.hears('agent'), again.media.hears('caller')]);
    await customer.bye();
  });

  it('SOFTIN-13 only after the after-call work, which the record counts', async () => {
    const group = await desk.group();
    const seat = await desk.seat('agent', [group]);
    const { customer, contactId } = await desk.talk(await desk.line(group), seat);
    await customer.bye();
    await on.world.eventually('after-call work', async () =>
      (await desk.statusOf(seat.agent)) === 'afterCallWork' ? true : undefined,
    );
    const next = await on.world.call(await desk.line(group));
    await next.media.hears('prompt');
    expect(seat.phone.incoming.all).toHaveLength(1);
    await on.world.api.post(`/v1/agents/${seat.agent.id}/after-call-work/end`);
    const call = await seat.phone.nextCall();
    await call.answer();
    await next.media.hears('agent');
    await next.bye();
    const worked = await on.world.eventually('the length of the after-call work', async () => {
      const { participants } = await desk.get(contactId);
      return participants[1]!.afterCallWorkSeconds ?? undefined;
    });
    expect(worked).toBeGreaterThan(0);
  });

  it('INSET-01 another, where the first does not answer in time', async () => {
    const group = await desk.group({ ringTimeoutSeconds: 5 });
    const seats = [await desk.seat('agent', [group]), await desk.seat('supervisor', [group])] as const;
    const customer = await on.world.call(await desk.line(group));
    const first = await Promise.race(seats.map(async (seat) => ({ seat, call: await seat.phone.nextCall() })));
    first.call.ring();
    const other = seats.find((seat) => seat !== first.seat)!;
    expect(await first.call.ended).toEqual({ by: 'them', how: 'CANCEL' });
    await other.phone.incoming.first('the call to the other', () => true);
    await other.phone.incoming.all[0]!.answer();
    await customer.media.hears(other.phone.options.party!);
    await customer.bye();
    const event = await on.world.event('contact.completed', ({ data }) =>
      JSON.stringify(data).includes(other.agent.id),
    );
    const { participants } = event.data.contact as { participants: { endCode: string; agentId: string }[] };
    expect(participants[1]).toMatchObject({ agentId: first.seat.agent.id, endCode: 'seatGiveUp' });
  });

  /** Whether the phone is asked to answer by itself; then it does, as such phones do. */
  const answersIfAsked = async (call: ToneCall) => {
    call.ring();
    const asked = headerOf(call.invitation, 'Call-Info')?.includes('answer-after=0') ?? false;
    if (asked) await call.answer();
    return asked;
  };

  it('SOFTIN-03 only once somebody accepts, where the centre does not answer automatically', async () => {
    const group = await desk.group();
    const seat = await desk.seat('agent', [group]);
    const customer = await on.world.call(await desk.line(group));
    expect(await answersIfAsked(await seat.phone.nextCall())).toBe(false);
    await customer.media.hears('prompt');
    expect(await desk.statusOf(seat.agent)).toBe('free');
    await customer.bye();
  });

  it('SOFTIN-03 without lifting a receiver, where the centre answers automatically', async () => {
    await on.world.api.patch('/v1/contact-centre', { automaticAnswer: true });
    const group = await desk.group();
    const line = await desk.line(group);
    // Settings count within a second: calls before that ring.
    await on.world.eventually('a call that answers by itself', async () => {
      const seat = await desk.seat('agent', [group]);
      const customer = await on.world.call(line);
      const call = await seat.phone.nextCall();
      const answered = await answersIfAsked(call);
      if (answered) {
        await Promise.all([customer.media.hears('agent'), call.media.hears('caller')]);
        expect(await desk.statusOf(seat.agent)).toBe('busy');
      }
      await customer.bye();
      await desk.status(seat.agent, 'offline');
      return answered ? true : undefined;
    });
    await on.world.api.patch('/v1/contact-centre', { automaticAnswer: false });
  });
});
