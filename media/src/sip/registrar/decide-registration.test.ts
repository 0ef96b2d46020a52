import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Binding } from '../../port/sip-directory.js';
import { SipRequest } from '../parse/message.js';
import { parseMessage } from '../parse/parse-message.js';
import { defaultSipLimits } from '../sip-settings.js';
import { decideRegistration, type RegistrationDecision } from './decide-registration.js';

const now = 1_000_000;
const rules = { minExpiresSeconds: 60, maxExpiresSeconds: 3_600, maxBindings: 2 };
const from = { received: { address: '192.0.2.9', port: 5060, transport: 'udp' as const }, node: 'n1' };

function register(headers: readonly string[], callId = 'new', cseq = 5): SipRequest {
  const lines = [
    'REGISTER sip:acme.example SIP/2.0',
    'Via: SIP/2.0/UDP 192.0.2.9;branch=z9hG4bK1',
    'From: <sip:alice@acme.example>;tag=1',
    'To: <sip:alice@acme.example>',
    `Call-ID: ${callId}`,
    `CSeq: ${cseq} REGISTER`,
    'Max-Forwards: 70',
    ...headers,
    'Content-Length: 0',
    '',
    '',
  ];
  const { message, fault } = parseMessage(Buffer.from(lines.join('\r\n')), defaultSipLimits);
  if (!(message instanceof SipRequest) || fault) throw new Error('not a request');
  return message;
}

/** Undefined for what the parser does not take: it never reaches the registrar. */
function readOrNot(headers: readonly string[]): SipRequest | undefined {
  try {
    return register(headers);
  } catch {
    return undefined;
  }
}

const binding = (contact: string, callId = 'old', cseq = 5): Binding => ({
  contact,
  ...from,
  callId,
  cseq,
  expiresAt: now + 60_000,
});

const decide = (headers: readonly string[], existing: readonly Binding[] = [], callId = 'new', cseq = 5) =>
  decideRegistration(register(headers, callId, cseq), from, existing, rules, now);

/** In few words: what is refused with what, or saved until when and removed. */
function summary(decision: RegistrationDecision): unknown {
  if (decision.kind === 'refuse') return decision.status;
  const saved = decision.save.map(({ contact, expiresAt }) => `${contact} ${(expiresAt - now) / 1000}`);
  return { saved, removed: decision.remove };
}

const a = 'sip:a@192.0.2.9';
const b = 'sip:b@192.0.2.9';

describe('a REGISTER (RFC 3261 10.3)', () => {
  it.each([
    ['asks only, and changes nothing', [], [], { saved: [], removed: [] }],
    [
      'takes the time of the contact before that of the header',
      [`Contact: <${a}>;expires=90`, 'Expires: 300'],
      [],
      { saved: [`${a} 90`], removed: [] },
    ],
    ['takes an hour where none is asked for', [`Contact: <${a}>`], [], { saved: [`${a} 3600`], removed: [] }],
    [
      'takes the default for a time that is no number',
      [`Contact: <${a}>;expires=soon`],
      [],
      { saved: [`${a} 3600`], removed: [] },
    ],
    ['gives no more than the longest', [`Contact: <${a}>;expires=999999`], [], { saved: [`${a} 3600`], removed: [] }],
    ['refuses what is too short', [`Contact: <${a}>;expires=59`], [], 423],
    [
      'takes several contacts',
      [`Contact: <${a}>, <${b}>;expires=100`],
      [],
      { saved: [`${a} 3600`, `${b} 100`], removed: [] },
    ],
    [
      'removes one and adds one',
      [`Contact: <${a}>;expires=0, <${b}>`],
      [binding(a)],
      { saved: [`${b} 3600`], removed: [a] },
    ],
    ['removes all by *', ['Contact: *', 'Expires: 0'], [binding(a)], { saved: [], removed: 'all' }],
    ['refuses * with a time', ['Contact: *', 'Expires: 10'], [], 400],
    ['refuses * beside another', [`Contact: *, <${a}>`, 'Expires: 0'], [], 400],
    ['refuses a contact that is no address', ['Contact: <mailto:a@b.example>'], [], 400],
    ['refuses a telephone number as a contact', ['Contact: <tel:+14155550100>'], [], 400],
    [
      'refuses more contacts than anybody has',
      Array.from({ length: 11 }, (_, at) => `Contact: <sip:${at}@192.0.2.9>`),
      [],
      400,
    ],
    ['refuses more bindings than allowed', [`Contact: <sip:c@192.0.2.9>`], [binding(a), binding(b)], 403],
    [
      'refreshes a binding where no more are allowed',
      [`Contact: <${a}>`],
      [binding(a), binding(b)],
      { saved: [`${a} 3600`], removed: [] },
    ],
    [
      'puts a contact in the place of the same one written another way (19.1.4)',
      ['Contact: <sip:%62@192.0.2.9;ob>'],
      [binding(a), binding(b)],
      { saved: ['sip:%62@192.0.2.9;ob 3600'], removed: [b] },
    ],
    [
      'removes a contact that is written another way (19.1.4)',
      ['Contact: <SIP:%62@192.0.2.9>;expires=0'],
      [binding(a), binding(b)],
      { saved: [], removed: [b] },
    ],
    [
      'takes a contact that comes twice once, as it came last',
      [`Contact: <${a}>;expires=90, <sip:%61@192.0.2.9>;expires=100`],
      [],
      { saved: ['sip:%61@192.0.2.9 100'], removed: [] },
    ],
    ['removes nothing that is not there', [`Contact: <${a}>;expires=0`], [binding(b)], { saved: [], removed: [] }],
  ])('%s', (_name, headers, existing, outcome) => {
    expect(summary(decide(headers, existing))).toEqual(outcome);
  });

  it.each([
    ['an older CSeq', 'old', 4, 500],
    ['the same CSeq', 'old', 5, 500],
    ['a newer CSeq', 'old', 6, { saved: [`${a} 3600`], removed: [] }],
    ['another Call-ID', 'new', 1, { saved: [`${a} 3600`], removed: [] }],
  ])('with %s of the same binding', (_name, callId, cseq, outcome) => {
    expect(summary(decide([`Contact: <${a}>`], [binding(a)], callId, cseq))).toEqual(outcome);
  });

  it('with the same CSeq of the same contact, written another way, is refused (10.3 step 7)', () => {
    expect(summary(decide(['Contact: <sip:%61@192.0.2.9>'], [binding(a)], 'old', 5))).toBe(500);
  });

  it('keeps the Path (RFC 3327) and who the phone says it is', () => {
    const decision = decide([`Contact: <${a}>`, 'Path: <sip:edge.example;lr>', 'User-Agent: Phone 1.0']);
    expect(decision).toMatchObject({ save: [{ path: ['<sip:edge.example;lr>'], userAgent: 'Phone 1.0' }] });
  });

  it('never throws, and never exceeds the most bindings, whatever its contacts are', () => {
    const contact = fc.oneof(fc.string(), fc.constantFrom('*', `<${a}>`, `<${b}>;expires=0`, '<sip:c@d>;expires=-1'));
    fc.assert(
      fc.property(fc.array(contact, { maxLength: 12 }), fc.boolean(), (contacts, isFull) => {
        const clean = contacts.map((text) => `Contact: ${text.replace(/[\r\n]/g, ' ').trim() || '-'}`);
        const existing = isFull ? [binding(a), binding(b)] : [];
        const request = readOrNot(clean);
        fc.pre(request !== undefined);
        const decision = decideRegistration(request, from, existing, rules, now);
        if (decision.kind === 'refuse') return;
        const left = new Set(existing.map((each) => each.contact));
        if (decision.remove === 'all') left.clear();
        else for (const gone of decision.remove) left.delete(gone);
        for (const each of decision.save) left.add(each.contact);
        expect(left.size).toBeLessThanOrEqual(2);
      }),
    );
  });
});
