import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Call } from '../../call-records/call.js';
import { FlowAddressError, RunVariables } from './run-variables.js';
import { systemVariable } from './system-variables.js';

function variables(own: Record<string, string> = {}) {
  const unset: string[] = [];
  const set: [string, string][] = [];
  const system = (name: string) => (name === 'SystemCallId' ? 'CA1' : undefined);
  const made = new RunVariables({
    own,
    system,
    onUnset: (name) => unset.push(name),
    onSet: (...pair) => set.push(pair),
    onText: () => {},
  });
  return { made, unset, set };
}

describe('variables of a flow', () => {
  it('are the empty text where they are not set, which is told once', () => {
    const { made, unset } = variables({ a: '' });
    expect([made.get('a'), made.get('b'), made.get('b'), made.text('${b}-${c}')]).toEqual(['', '', '', '-']);
    expect(unset).toEqual(['b', 'c']);
  });

  it('cannot stand in the place of the system’s', () => {
    const { made } = variables({ SystemCallId: 'forged' });
    made.set('SystemCallId', 'forged');
    expect(made.get('SystemCallId')).toBe('CA1');
  });

  it('are filled in once, whatever a value holds', () => {
    const value = fc.string({ unit: fc.constantFrom('$', '{', '}', 'a', 'b', '&', "'", '`'), maxLength: 12 });
    fc.assert(
      fc.property(value, value, (a, b) => {
        const { made } = variables({ a, b });
        expect(made.text('<${a}|${b}>')).toBe(`<${a}|${b}>`);
      }),
    );
  });

  it('leave alone what is no reference', () => {
    const { made, unset } = variables();
    for (const text of ['${}', '${a b}', '$a', '${1a}', '${a', `\${${'a'.repeat(65)}}`]) {
      expect(made.text(text)).toBe(text);
    }
    expect(unset).toEqual([]);
  });

  it('leave to the queue what it knows', () => {
    const others = { WaitNo: '4' };
    expect(variables().made.text('${WaitNo} ${b}', others)).toBe('4 ');
    expect(variables({ WaitNo: '3' }).made.text('${WaitNo}', others)).toBe('3');
    expect(variables({ own: '${WaitNo}' }).made.text('${own} ${toString}', others)).toBe('${WaitNo} ');
  });

  it('are bounded, and so is what is made of them', () => {
    const { made } = variables({ a: 'x'.repeat(5000) });
    expect([made.get('a').length, made.text('${a}${a}').length]).toEqual([4096, 4096]);
  });

  it('are percent-encoded in addresses', () => {
    const any = fc.string({ unit: 'binary', maxLength: 20 });
    fc.assert(
      fc.property(any, (a) => {
        const url = new URL(variables({ a }).made.url('https://shop.example/${a}/x?q=${a}#f'));
        expect([url.host, url.hash, url.pathname.endsWith('/x')]).toEqual(['shop.example', '#f', true]);
        expect(url.searchParams.get('q')).toBe(a.replace(/\p{Surrogate}/gu, '\ufffd'));
      }),
    );
  });

  it.each(['', 'orders', 'ftp://a.example/', 'javascript:alert(1)', `https://a.example/${'a'.repeat(8200)}`])(
    'make no address of %s',
    (address) => {
      expect(() => variables().made.url(address)).toThrow(FlowAddressError);
    },
  );
});

describe('system variables', () => {
  const call = {
    id: 'CA1',
    contactId: 'CN1',
    direction: 'inbound',
    from: '+4930111',
    to: '+4930222',
    createdAt: 1_000,
    ringingAt: 2_000,
  } as Call;

  it.each([
    ['SystemCallerNumber', '+4930111'],
    ['SystemCalleeNumber', '+4930222'],
    ['SystemSessionId', 'CN1'],
    ['SystemCallId', 'CA1'],
    ['SystemDirection', 'inbound'],
    ['SystemTime', '1970-01-01T00:00:10.500Z'],
    ['SystemCallRingDuration', '8'],
    ['SystemCallAcceptDuration', '0'],
    ['WaitNo', undefined],
    ['other', undefined],
  ])('%s is %s', (name, value) => {
    expect(systemVariable(name, call, 10_500)).toBe(value);
  });

  it('count ringing up to the answer, and the talk from it', () => {
    const answered = { ...call, answeredAt: 5_000 };
    expect(systemVariable('SystemCallRingDuration', answered, 10_500)).toBe('3');
    expect(systemVariable('SystemCallAcceptDuration', answered, 10_500)).toBe('5');
  });
});
