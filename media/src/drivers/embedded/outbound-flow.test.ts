import { ManualClock } from '@hookswitch/kernel/manual-clock';
import { describe, expect, it } from 'vitest';
import type { Binding } from '../../port/sip-directory.js';
import type { SipRequest } from '../../sip/parse/message.js';
import { parseNameAddr } from '../../sip/parse/name-addr.js';
import { parseMessage } from '../../sip/parse/parse-message.js';
import { decideRegistration } from '../../sip/registrar/decide-registration.js';
import { FlowBindings } from '../../sip/registrar/flow-bindings.js';
import { flowOf, instanceOf, inTurn, outboundHeaders } from '../../sip/registrar/outbound-flow.js';
import { defaultSipLimits } from '../../sip/sip-settings.js';
import { MemorySipDirectory } from './memory-sip-directory.js';

const urn = '"<urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6>"';
const device = (id: string, regId = 1) => ({ id, regId });

function binding(name: string, more: Partial<Binding> = {}): Binding {
  return {
    contact: `sip:${name}.invalid;transport=ws`,
    received: { address: '192.0.2.9', port: 40_000, transport: 'wss' },
    node: 'n1',
    callId: name,
    cseq: 1,
    expiresAt: 60_000,
    ...more,
  };
}

function register(headers: readonly string[]): SipRequest {
  const lines = [
    'REGISTER sip:acme.example SIP/2.0',
    'Via: SIP/2.0/WSS x.invalid;branch=z9hG4bK1',
    'From: <sip:a@x>;tag=1',
  ];
  const more = ['To: <sip:a@x>', 'Call-ID: new', 'CSeq: 1 REGISTER', 'Max-Forwards: 70'];
  const text = [...lines, ...more, ...headers, '', ''].join('\r\n');
  return parseMessage(Buffer.from(text), defaultSipLimits).message as SipRequest;
}

describe('which flow of which device a Contact is (RFC 5626 4.2)', () => {
  it.each<[string, number | undefined]>([
    [`<sip:a@x.invalid>;reg-id=1;+sip.instance=${urn}`, 1],
    [`<sip:a@x.invalid>;+sip.instance=${urn};REG-ID=2147483647`, 2_147_483_647],
    [`<sip:a@x.invalid>;+sip.instance=${urn}`, undefined],
    ['<sip:a@x.invalid>;reg-id=1', undefined],
    [`<sip:a@x.invalid>;reg-id=0;+sip.instance=${urn}`, undefined],
    [`<sip:a@x.invalid>;reg-id=x;+sip.instance=${urn}`, undefined],
    [`<sip:a@x.invalid>;reg-id=1;+sip.instance="${'u'.repeat(300)}"`, undefined],
  ])('%s', (contact, regId) => {
    expect(instanceOf(parseNameAddr(contact))?.regId).toBe(regId);
  });
});

describe('a registration with reg-id and +sip.instance (RFC 5626 6)', () => {
  const rules = { minExpiresSeconds: 60, maxExpiresSeconds: 3_600, maxBindings: 2 };
  const from = {
    received: { address: '192.0.2.9', port: 40_001, transport: 'wss' as const },
    node: 'n1',
    flow: 'wss-2',
  };
  const instance = instanceOf(parseNameAddr(`<sip:a@x>;reg-id=1;+sip.instance=${urn}`))!;
  const decide = (contact: string, existing: readonly Binding[]) =>
    decideRegistration(register([`Contact: ${contact}`]), from, existing, rules, 0);

  it('takes the place of the same flow of the same device, whatever its Contact, and counts once', () => {
    const existing = [binding('old', { instance, flow: 'wss-1' }), binding('other')];
    expect(decide(`<sip:a@new.invalid>;reg-id=1;+sip.instance=${urn}`, existing)).toMatchObject({
      kind: 'apply',
      save: [{ contact: 'sip:a@new.invalid', flow: 'wss-2', instance }],
      remove: ['sip:old.invalid;transport=ws'],
    });
  });

  it.each([
    ['another flow of the device', `reg-id=2;+sip.instance=${urn}`],
    ['another device', 'reg-id=1;+sip.instance="<urn:uuid:2>"'],
    ['no flow at all', `+sip.instance=${urn}`],
  ])('stands beside it where it is %s', (_what, params) => {
    const existing = [binding('old', { instance, flow: 'wss-1' })];
    expect(decide(`<sip:a@new.invalid>;${params}`, existing)).toMatchObject({ kind: 'apply', remove: [] });
  });

  it('ends by expires=0 under another Contact too', () => {
    const existing = [binding('old', { instance })];
    expect(decide(`<sip:a@new.invalid>;reg-id=1;+sip.instance=${urn};expires=0`, existing)).toMatchObject({
      save: [],
      remove: ['sip:old.invalid;transport=ws'],
    });
  });
});

describe('the connection that alone reaches a phone', () => {
  const flow = { localAddress: '10.0.0.1', localPort: 5060, remoteAddress: '192.0.2.9', remotePort: 40_000 };
  it.each([
    ['any WebSocket', 'wss', [], 'c-1'],
    ['TCP where outbound is asked for', 'tcp', ['Supported: path, outbound'], 'c-1'],
    ['not TCP without it', 'tcp', [], undefined],
    ['not TCP behind a proxy', 'tcp', ['Supported: outbound', 'Via: SIP/2.0/TCP y;branch=z9hG4bK2'], undefined],
  ] as const)('%s', (_what, transport, headers, expected) => {
    expect(flowOf(register(headers), { ...flow, transport, connectionId: 'c-1' })).toBe(expected);
  });

  it('is told to the phone as Require: outbound with a Flow-Timer, where it asked and named its device', () => {
    const saved = [binding('a', { instance: device('d') })];
    const asks = register(['Supported: outbound']);
    expect(outboundHeaders(asks, saved)).toEqual([
      ['Require', 'outbound'],
      ['Flow-Timer', '120'],
    ]);
    expect(outboundHeaders(register([]), saved)).toEqual([]);
    expect(outboundHeaders(asks, [binding('a')])).toEqual([]);
  });
});

it('all devices of a phone ring at once, the flows of one after another, the one that lasts longest first (RFC 5626 5.3)', () => {
  const bindings = [
    binding('plain'),
    binding('d1-old', { instance: device('d1', 1), expiresAt: 100 }),
    binding('d1-new', { instance: device('d1', 2), expiresAt: 900 }),
    binding('d2', { instance: device('d2'), expiresAt: 500 }),
  ];
  const names = inTurn(bindings).map((group) => group.map(({ callId }) => callId).sort());
  expect(names).toEqual([['d1-new', 'd2', 'plain'], ['d1-old']]);
  expect(inTurn([])).toEqual([]);
});

describe('bindings of a connection that closes', () => {
  async function setUp() {
    const directory = new MemorySipDirectory(new ManualClock(0));
    const flows = new FlowBindings(directory);
    const save = async (endpointId: string, ...bindings: Binding[]) => {
      for (const each of bindings) await directory.saveBinding(endpointId, each);
      flows.remember(endpointId, bindings);
    };
    const contacts = async (endpointId: string) => (await directory.bindings(endpointId)).map(({ callId }) => callId);
    return { flows, save, contacts };
  }

  it('end with it, those of others and of other connections stay', async () => {
    const { flows, save, contacts } = await setUp();
    await save('SE-1', binding('a', { flow: 'f1' }), binding('b', { flow: 'f2' }));
    await save('SE-2', binding('c', { flow: 'f1' }));
    expect(await flows.closed('f1')).toEqual(['SE-2']);
    expect([await contacts('SE-1'), await contacts('SE-2')]).toEqual([['b'], []]);
    expect(await flows.closed('f1')).toEqual([]);
  });

  it('stay where the phone has come back under the same contact on another connection', async () => {
    const { flows, save, contacts } = await setUp();
    await save('SE-1', binding('a', { flow: 'f1' }));
    await save('SE-1', binding('a', { flow: 'f2' }));
    expect(await flows.closed('f1')).toEqual([]);
    expect(await contacts('SE-1')).toEqual(['a']);
  });

  it('end, too, where it closed while the registration was being kept', async () => {
    const { flows, save, contacts } = await setUp();
    const done = flows.begin('f1');
    expect(await flows.closed('f1')).toEqual([]);
    await save('SE-1', binding('a', { flow: 'f1' }));
    expect(done()).toBe(true);
    expect(await flows.closed('f1')).toEqual(['SE-1']);
    expect(await contacts('SE-1')).toEqual([]);
  });
});
