import { describe, expect, it } from 'vitest';
import type { SipRequest } from '../parse/message.js';
import { parseMessage } from '../parse/parse-message.js';
import { defaultSipLimits } from '../sip-settings.js';
import type { ContactBinding } from './contact-binding.js';
import { decideRegister, type RegistrarLimits } from './registrar.js';

const limits: RegistrarLimits = {
  minExpiresSeconds: 60,
  maxExpiresSeconds: 3600,
  maxBindings: 2,
  defaultExpiresSeconds: 600,
};
const origin = { source: { address: '192.0.2.7', port: 40_000, transport: 'udp' as const }, node: 'n1' };
const now = 1_000_000;

function register(lines: readonly string[], cseq = 1, callId = 'one'): SipRequest {
  const head = [
    'REGISTER sip:x SIP/2.0',
    'Via: SIP/2.0/UDP h;branch=z9hG4bK1',
    'From: <sip:b@x>;tag=1',
    'To: <sip:b@x>',
    `Call-ID: ${callId}`,
    `CSeq: ${cseq} REGISTER`,
  ];
  return parseMessage(Buffer.from(`${[...head, ...lines].join('\r\n')}\r\n\r\n`), defaultSipLimits)
    .message as SipRequest;
}

function decide(request: SipRequest, current: readonly ContactBinding[] = []) {
  return decideRegister(request, current, limits, origin, now);
}

function bound(contact: string, overrides: Partial<ContactBinding> = {}): ContactBinding {
  return {
    contact,
    received: origin.source,
    node: 'n1',
    callId: 'one',
    cseq: 1,
    expiresAt: now + 60_000,
    ...overrides,
  };
}

const contacts = (headers: readonly (readonly [string, string])[]) =>
  headers.filter(([name]) => name === 'Contact').map(([, value]) => value);

describe('REGISTER (RFC 3261 10.3)', () => {
  it('binds a contact for the time it asks, within the limits, and says how long in the answer', () => {
    const decision = decide(
      register(['Contact: <sip:b@10.0.0.5:5062>;expires=90', 'Expires: 120', 'User-Agent: phone']),
    );
    expect(decision.status).toBe(200);
    expect(contacts(decision.headers)).toEqual(['<sip:b@10.0.0.5:5062>;expires=90']);
    expect(decision.changes).toEqual([
      {
        kind: 'save',
        binding: bound('sip:b@10.0.0.5:5062', { expiresAt: now + 90_000, userAgent: 'phone' }),
      },
    ]);
  });

  it.each([
    ['the header when the contact says nothing', ['Contact: <sip:b@h>', 'Expires: 120'], 120],
    ['the default when nobody says', ['Contact: <sip:b@h>'], 600],
    ['the default when it is no number (10.2.1.1)', ['Contact: <sip:b@h>;expires=soon'], 600],
    ['the most we allow when it is more', ['Contact: <sip:b@h>;expires=99999'], 3600],
  ])('takes %s', (_name, lines, seconds) => {
    expect(contacts(decide(register(lines)).headers)).toEqual([`<sip:b@h>;expires=${seconds}`]);
  });

  it('refuses a time that is too brief with 423 and Min-Expires', () => {
    const decision = decide(register(['Contact: <sip:b@h>;expires=59']));
    expect(decision).toMatchObject({ status: 423, headers: [['Min-Expires', '60']], changes: [] });
  });

  it('answers a query with all bindings that live, and changes nothing', () => {
    const decision = decide(register([]), [bound('sip:a@h'), bound('sip:old@h', { expiresAt: now - 1 })]);
    expect(contacts(decision.headers)).toEqual(['<sip:a@h>;expires=60']);
    expect(decision.changes).toEqual([]);
  });

  it('replaces the same contact, compared as a URI (19.1.4)', () => {
    const decision = decide(register(['Contact: "B" <sip:b@HOST;transport=UDP>'], 2), [
      bound('sip:b@host;transport=udp'),
    ]);
    expect(decision.changes.map((change) => change.kind)).toEqual(['remove', 'save']);
    expect(decision.bindings).toHaveLength(1);
  });

  it('removes one contact with expires=0, and all with * (10.2.2)', () => {
    const current = [bound('sip:a@h'), bound('sip:b@h')];
    const one = decide(register(['Contact: <sip:a@h>;expires=0'], 2), current);
    expect(one.changes).toEqual([{ kind: 'remove', contact: 'sip:a@h' }]);
    expect(contacts(one.headers)).toEqual(['<sip:b@h>;expires=60']);
    const all = decide(register(['Contact: *', 'Expires: 0'], 2), current);
    expect(all.changes).toHaveLength(2);
    expect(contacts(all.headers)).toEqual([]);
  });

  it.each([
    ['* with another contact', ['Contact: *, <sip:a@h>', 'Expires: 0'], 400],
    ['* without Expires 0', ['Contact: *', 'Expires: 60'], 400],
    ['* without Expires', ['Contact: *'], 400],
    ['a broken contact', ['Contact: <sip:a@h'], 400],
    ['a contact of another scheme', ['Contact: <mailto:a@h>'], 400],
  ])('refuses %s', (_name, lines, status) => {
    expect(decide(register(lines), [bound('sip:a@h')])).toMatchObject({ status, changes: [] });
  });

  it('refuses an older CSeq of the same Call-ID and changes nothing at all (step 7)', () => {
    const current = [bound('sip:a@h', { cseq: 5 })];
    expect(decide(register(['Contact: <sip:new@h>, <sip:a@h>'], 5), current)).toMatchObject({
      status: 500,
      changes: [],
    });
    expect(decide(register(['Contact: *', 'Expires: 0'], 4), current)).toMatchObject({ status: 500, changes: [] });
    expect(decide(register(['Contact: <sip:a@h>'], 1, 'other call'), current).status).toBe(200);
  });

  it('refuses more bindings than allowed, but lets a phone that has one refresh it', () => {
    const current = [bound('sip:a@h'), bound('sip:b@h')];
    expect(decide(register(['Contact: <sip:c@h>'], 2), current)).toMatchObject({ status: 403, changes: [] });
    expect(decide(register(['Contact: <sip:a@h>'], 2), current).status).toBe(200);
  });

  it('keeps the Path and tells it back (RFC 3327 5.3)', () => {
    const decision = decide(register(['Path: <sip:p1;lr>, <sip:p2;lr>', 'Contact: <sip:a@h>']));
    expect(decision.bindings[0]?.path).toEqual(['<sip:p1;lr>', '<sip:p2;lr>']);
    expect(decision.headers.filter(([name]) => name === 'Path')).toHaveLength(2);
  });
});
