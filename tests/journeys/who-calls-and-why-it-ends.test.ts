import { beforeAll, describe, expect, it } from 'vitest';
import { headerOf } from '../peers/tone-phone/sip-text.js';
import type { DialOptions, ToneCall } from '../peers/tone-phone/tone-call.js';
import { useWorld } from './world.js';

const on = useWorld({ name: 'who_calls', redisDatabase: 63 });

interface TrunkView {
  readonly id: string;
  readonly name: string;
  readonly inbound: Record<string, unknown> | null;
  readonly outbound: Record<string, unknown>;
}

/** Carrier a is believed as to who calls and is told; carrier b is told nothing. */
beforeAll(async () => {
  const { items } = await on.world.api.get<{ items: TrunkView[] }>('/v1/trunks');
  const a = items.find(({ name }) => name === 'Carrier a')!;
  const { proxies, prefixes } = a.outbound;
  await on.world.api.patch(`/v1/trunks/${a.id}`, {
    inbound: { addresses: ['127.0.0.1'], trustIdentity: true },
    outbound: { proxies, prefixes, assertIdentity: true, diversion: 'diversion' },
  });
  const line = await on.world.line([{ verb: 'hangup' }]);
  let tries = 0;
  // A change by REST counts within a second.
  await on.world.eventually('the trunk to be trusted', async () => {
    tries += 1;
    await (await on.world.call(line, asserted('+15550110'))).final;
    const { call } = (await on.world.backend.request(line.path, tries)) as { call: { from: string } };
    return call.from === '+15550110' || undefined;
  });
});

const asserted = (number: string, ...more: [string, string][]): DialOptions => ({
  from: 'anonymous',
  headers: [['P-Asserted-Identity', `"Anna" <sip:${number}@carrier.example>`], ...more],
});

/** A line that leaves the caller unanswered until `number` at the carrier answers. */
async function through(carrier: 'a' | 'b', verb: Readonly<Record<string, unknown>> = {}) {
  const number = on.world.newNumber(carrier);
  const line = await on.world.line([
    { verb: 'dial', answerOnBridge: true, targets: [{ type: 'number', number }], ...verb },
  ]);
  return { line, number, carrier };
}

/** Calls the line; resolves with both sides once the callee's phone is reached. */
async function calling(to: Awaited<ReturnType<typeof through>>, options: DialOptions = {}) {
  const caller = await on.world.call(to.line, options);
  return { caller, callee: await on.world.carried(to.carrier, to.number) };
}

const told = ({ invitation }: ToneCall, name: string) => headerOf(invitation, name);

describe('who calls', () => {
  it('is what a trusted trunk asserts, and goes on to a trunk that is told, with the number that sent the call on (RFC 3325, 5806)', async () => {
    const to = await through('a');
    const diverted: [string, string] = ['Diversion', '<sip:+15550122@carrier.example>;reason=no-answer'];
    const { caller, callee } = await calling(to, asserted('+15550111', diverted));
    const { call } = (await on.world.backend.request(to.line.path)) as { call: Record<string, unknown> };
    expect(call).toMatchObject({
      from: '+15550111',
      fromDisplayName: 'Anna',
      forwardedFrom: '+15550122',
      forwardingReason: 'no-answer',
    });
    expect(told(callee, 'From')).toContain('+15550111');
    expect(told(callee, 'P-Asserted-Identity')).toContain('+15550111');
    expect(told(callee, 'Diversion')).toMatch(
      new RegExp(`^<sip:\\${to.line.number}@.*>;reason=unconditional;counter=1, <sip:\\+15550122@.*;reason=no-answer`),
    );
    await callee.answer();
    await caller.answered();
    await caller.bye();
    const cdr = await on.world.cdr(call.id as string);
    expect(cdr).toMatchObject({ from: '+15550111', forwardedFrom: '+15550122', forwardingReason: 'no-answer' });
  });

  it.each(['a', 'b'] as const)(
    'is nobody’s business where the caller hides: only a trunk that is told learns the number (carrier %s; RFC 3323, 3325)',
    async (carrier) => {
      const to = await through(carrier);
      const { caller, callee } = await calling(to, asserted('+15550112', ['Privacy', 'id']));
      const asked = await on.world.backend.request(to.line.path);
      expect(asked).toMatchObject({ call: { from: 'anonymous' } });
      expect(JSON.stringify(asked)).not.toContain('5550112');
      expect(told(callee, 'From')).toContain('<sip:anonymous@anonymous.invalid>');
      expect(told(callee, 'Privacy')).toBe('id');
      const everything = JSON.stringify(callee.invitation);
      if (carrier === 'a') expect(told(callee, 'P-Asserted-Identity')).toContain('+15550112');
      else expect(everything).not.toContain('5550112');
      callee.reject(486, 'Busy Here');
      expect((await caller.final).status).toBe(486);
      const { call } = asked as { call: { id: string } };
      expect(JSON.stringify(await on.world.cdr(call.id))).not.toContain('5550112');
    },
  );

  it('is hidden where the script or the API says so', async () => {
    const to = await through('b', { callerIdPrivacy: 'id' });
    const { caller, callee } = await calling(to, { from: '+15550113' });
    expect(told(callee, 'From')).toContain('anonymous');
    expect(JSON.stringify(callee.invitation)).not.toContain('5550113');
    callee.reject(603);
    await caller.final;
    const number = on.world.newNumber('a');
    await on.world.api.post('/v1/calls', {
      to: number,
      from: '+15550000001',
      callerIdPrivacy: 'id',
      script: [{ verb: 'hangup' }],
    });
    const placed = await on.world.carried('a', number);
    expect(told(placed, 'From')).toContain('anonymous');
    expect(told(placed, 'P-Asserted-Identity')).toContain('+15550000001');
    placed.reject(603);
  });

  it('what the caller’s side sends for the called party goes on to it (User-to-User, RFC 7433)', async () => {
    const uui: [string, string] = ['User-to-User', '56a390f3d2b7310023a;encoding=hex;purpose=foo;content=bar'];
    const { caller, callee } = await calling(await through('b'), { headers: [uui] });
    expect(told(callee, 'User-to-User')).toBe(uui[1]);
    callee.reject(603);
    await caller.final;
  });
});

describe('why a call ended crosses (RFC 3326, 3398)', () => {
  it.each([
    ['404', 404, undefined, 404, 1],
    ['500 that says unallocated number', 500, 'Q.850;cause=1;text="Unallocated number"', 404, 1],
    ['486', 486, 'Q.850;cause=17', 486, 17],
    ['603', 603, undefined, 603, 21],
    ['420, which is between us and the callee', 420, undefined, 500, 127],
  ] as const)(
    "a callee's %s reaches the caller as the right status and Reason",
    async (_what, status, reason, told, cause) => {
      const to = await through('b');
      const { caller, callee } = await calling(to);
      callee.reject(status, 'Refused', reason === undefined ? [] : [['Reason', reason]]);
      const final = await caller.final;
      expect([final.status, headerOf(final, 'Reason')]).toEqual([
        told,
        expect.stringContaining(`Q.850;cause=${cause};`),
      ]);
      const cdr = await on.world.cdr(await on.world.callId(to.line.path));
      expect(cdr.termination).toMatchObject({ sip: told, q850: cause });
    },
  );

  it('by the Reason of a BYE, both ways', async () => {
    for (const leaves of ['callee', 'caller'] as const) {
      const both = await calling(await through('b'));
      await both.callee.answer();
      await both.caller.answered();
      const stays = leaves === 'callee' ? both.caller : both.callee;
      await both[leaves].request('BYE', { headers: [['Reason', 'Q.850;cause=31;text="Normal, unspecified"']] });
      const bye = await stays.received.first('the BYE', ({ method }) => method === 'BYE');
      expect(headerOf(bye, 'Reason')).toMatch(/^Q\.850;cause=31;/);
    }
  });

  it('a call that another phone took is no missed one: CANCEL with “Call completed elsewhere”', async () => {
    const { caller, callee } = await calling(await through('b'));
    callee.ring();
    await caller.provisional(180);
    caller.cancel([['Reason', 'SIP;cause=200;text="Call completed elsewhere"']]);
    const cancel = await callee.received.first('the CANCEL', ({ method }) => method === 'CANCEL');
    expect(headerOf(cancel, 'Reason')).toBe('SIP;cause=200;text="Call completed elsewhere"');
  });
});
