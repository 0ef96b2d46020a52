import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AdmissionQuestion, brokenLimit, mayDial, parseDestination } from './dialing-policy.js';

describe('parseDestination', () => {
  it.each([
    ['+14155550100', { kind: 'number', number: '+14155550100' }],
    ['+1 (415) 555-0100', { kind: 'number', number: '+14155550100' }],
    ['sip:anna@example.com', { kind: 'sip', uri: 'sip:anna@example.com', user: 'anna', host: 'example.com' }],
    ['sips:Example.COM:5061', { kind: 'sip', uri: 'sips:Example.COM:5061', user: '', host: 'example.com' }],
    ['sip:a@[2001:db8::1]:5060;transport=tcp', expect.objectContaining({ host: '[2001:db8::1]' })],
    [`SE${'0'.repeat(32)}`, { kind: 'endpoint', endpoint: `SE${'0'.repeat(32)}` }],
  ])('reads %s', (text, destination) => {
    expect(parseDestination(text)).toEqual(destination);
  });

  it.each([
    '',
    '4155550100',
    '+0123456789',
    'tel:+14155550100',
    'sip:',
    'sip:a@',
    'sip:a b@c',
    'sip:a@b\r\nX: y',
    'sip:a@b?Subject=x',
    `sip:${'a'.repeat(300)}@b`,
    '<sip:a@b>',
  ])('knows no %j', (text) => {
    expect(parseDestination(text)).toBeUndefined();
  });

  it('never throws, and gives back no line break', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.string().map((text) => `sip:${text}`),
        ),
        (text) => {
          expect(JSON.stringify(parseDestination(text) ?? '')).not.toMatch(/\\r|\\n/);
        },
      ),
    );
  });
});

describe('mayDial', () => {
  it.each([
    ['nothing by default', '+14155550100', [], false],
    ['a number under an allowed prefix', '+14155550100', ['+1'], true],
    ['no number under another', '+442071838750', ['+1'], false],
    ['every number with a plus alone', '+442071838750', ['+'], true],
    ['no number that a longer prefix denies', '+19005550100', ['+1', '!+1900'], false],
    ['a number that a still longer prefix allows', '+19005550100', ['!+1900', '+1', '+19005'], true],
    ['no number that the same prefix allows and denies', '+14155550100', ['+1', '!+1'], false],
    ['no number in either order', '+14155550100', ['!+1', '+1'], false],
  ])('allows %s', (_, number, allowedDestinations, allowed) => {
    expect(mayDial({ kind: 'number', number }, { allowedDestinations, allowedSipHosts: ['*'] })).toBe(allowed);
  });

  it.each([
    ['sip:anna@example.com', [], false],
    ['sip:anna@example.com', ['Example.com'], true],
    ['sip:anna@example.com.evil.test', ['example.com'], false],
    ['sip:anna@anything.test', ['*'], true],
    ['sip:+442071838750@gateway.test', ['*'], false],
    ['sip:+14155550100@gateway.test', ['*'], true],
    ['sip:%2B442071838750@gateway.test', ['*'], false],
    ['sip:+44%32071838750@gateway.test', ['*'], false],
    ['sip:+442071838750;ext=1@gateway.test', ['*'], false],
    ['sip:+442071838750:secret@gateway.test', ['*'], false],
    ['sip:+44-207-183-8750@gateway.test', ['*'], false],
    ['sip:00442071838750@gateway.test', ['*'], false],
    ['sip:0014155550100@gateway.test', ['*'], true],
    ['sip:442071838750@gateway.test', ['*'], false],
    ['sip:4420%207183%208750@gateway.test', ['*'], false],
    ['sip:%34420%37183-8750;phone-context=x@gateway.test', ['*'], false],
    ['sip:14155550100@gateway.test', ['*'], true],
    ['sip:+4420718387500000000000@gateway.test', ['*'], false],
    ['sip:44207183875000000000000@gateway.test', ['*'], false],
    ['sip:02071838750@gateway.test', ['*'], false],
    ['sip:011442071838750@gateway.test', ['*'], false],
    ['sip:+112@gateway.test', ['*'], true],
    ['sip:+4420@gateway.test', ['*'], false],
    ['sip:4420718@pbx.test', ['*'], true],
    ['sip:200@pbx.test', ['*'], true],
    ['sip:anna4420718387@pbx.test', ['*'], true],
    ['sip:100%25@gateway.test', ['*'], true],
    ['sip:100%@gateway.test', ['*'], true],
  ])('decides on %s with hosts %j: %s', (uri, allowedSipHosts, allowed) => {
    expect(mayDial(parseDestination(uri)!, { allowedDestinations: ['+1'], allowedSipHosts })).toBe(allowed);
  });

  it('always allows the account’s own phones', () => {
    expect(mayDial({ kind: 'endpoint', endpoint: 'SE1' }, { allowedDestinations: [], allowedSipHosts: [] })).toBe(true);
  });
});

describe('brokenLimit', () => {
  const free: AdmissionQuestion = {
    direction: 'outbound',
    node: { concurrentCalls: 0, startAllowed: true, maxCalls: 10 },
    account: { concurrentCalls: 4, startAllowed: true, maxConcurrentCalls: 5, minutesToday: 9, maxMinutesPerDay: 10 },
    trunk: { concurrentCalls: 1, startAllowed: true, maxConcurrentCalls: 2 },
  };
  it.each<[string | undefined, AdmissionQuestion]>([
    [undefined, free],
    ['node-calls-limit', { ...free, node: { ...free.node, concurrentCalls: 10 } }],
    ['node-calls-limit', { ...free, node: { ...free.node, startAllowed: false } }],
    ['concurrent-calls-limit', { ...free, account: { ...free.account, concurrentCalls: 5 } }],
    ['minutes-per-day-limit', { ...free, account: { ...free.account, minutesToday: 10 } }],
    [undefined, { ...free, direction: 'inbound', account: { ...free.account, minutesToday: 10 } }],
    ['calls-per-second-limit', { ...free, account: { ...free.account, startAllowed: false } }],
    ['trunk-concurrent-calls-limit', { ...free, trunk: { ...free.trunk!, concurrentCalls: 2 } }],
    ['trunk-calls-per-second-limit', { ...free, trunk: { ...free.trunk!, startAllowed: false } }],
  ])('says %s', (limit, question) => {
    expect(brokenLimit(question)).toBe(limit);
  });
});
