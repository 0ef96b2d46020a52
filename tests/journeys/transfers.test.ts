import { describe, expect, it } from 'vitest';
import { headerOf, type SipText } from '../peers/tone-phone/sip-text.js';
import type { ToneCall } from '../peers/tone-phone/tone-call.js';
import type { TonePhone } from '../peers/tone-phone/tone-phone.js';
import type { Party } from '../ear/parties.js';
import { useWorld } from './world.js';

const on = useWorld({ name: 'transfers', redisDatabase: 110 });

let desks = 0;

/** A registered phone of ours whose calls run this script, and the name it is dialled by. */
async function desk(party: Party, applicationId?: string): Promise<{ phone: TonePhone; username: string }> {
  desks += 1;
  const username = `desk-${desks}`;
  const { password } = await on.world.api.post<{ password: string }>('/v1/endpoints', {
    username,
    ...(applicationId === undefined ? {} : { applicationId }),
  });
  const phone = await on.world.phone({ user: username, password, party });
  expect((await phone.register()).status).toBe(200);
  return { phone, username };
}

/** A caller and a desk phone who talk because the line's script dials the phone. */
async function dialled(more: Readonly<Record<string, unknown>> = {}) {
  const { phone, username } = await desk('supervisor');
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

/** What the phone was told of its REFER, in order. */
function told({ received }: ToneCall): string[] {
  return received.all
    .filter(({ method }) => method === 'NOTIFY')
    .map((notify) => `${headerOf(notify, 'Subscription-State')} ${notify.body.trim()}`);
}

/** Resolves with the last NOTIFY about the phone's REFER. */
function lastWord({ received }: ToneCall): Promise<SipText> {
  return received.first('the last NOTIFY', (message) =>
    headerOf(message, 'Subscription-State').startsWith('terminated'),
  );
}

const referTo = (value: string) => ({ headers: [['Refer-To', value] as const] });

describe('a phone that presses "transfer"', () => {
  it('hands its caller to a number: both talk, the phone is told and let go, the script goes on with the caller', async () => {
    const { line, action, caller, agent } = await dialled();
    const number = on.world.newNumber('a');
    expect((await agent.request('REFER', referTo(`<sip:${number}@127.0.0.1>`))).status).toBe(202);
    const target = await on.world.carried('a', number);
    target.ring();
    await target.answer();
    await Promise.all([caller.media.hears('callee'), target.media.hears('caller')]);
    expect((await lastWord(agent)).body.trim()).toBe('SIP/2.0 200 OK');
    expect(told(agent).at(-1)).toBe('terminated;reason=noresource SIP/2.0 200 OK');
    expect(told(agent)[0]).toMatch(/^active;expires=\d+ SIP\/2\.0 100 Trying$/);
    expect((await agent.ended).how).toBe('BYE');
    await target.bye();
    expect(await on.world.result(action)).toMatchObject({ dialStatus: 'completed', bridged: true });
    await caller.media.hears('prompt');
    await caller.bye();
    await on.world.cdr(await on.world.callId(line.path));
  });
});
