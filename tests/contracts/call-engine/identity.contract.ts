import type { DialTarget } from '@hookswitch/media/port/call-engine';
import { describe, expect, it } from 'vitest';
import type { Callee } from '../call-engine-worlds/call-world.js';
import { dial, type Up } from './test-calls.js';

const lower = (headers: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));

type SipTarget = Extract<DialTarget, { kind: 'sip' }>;

/** The callee behind a trunk with these options. */
function trunk({ target }: Callee, options: Pick<SipTarget, 'assertIdentity' | 'diversionForm'>): SipTarget {
  if (target.kind !== 'sip') throw new TypeError('That is a phone.');
  return { ...target, ...options };
}

/** Who is told who calls, and who sent a call on. */
export function identitySentences(up: Up): void {
  describe('who calls (RFC 3323, 3325, 5806)', () => {
    it('is told to a trunk that wants it by P-Asserted-Identity, and to nobody else', async () => {
      const test = await up();
      const callee = await test.world.callee({ answersAfterMs: 0 });
      dial(test, trunk(callee, { assertIdentity: true }));
      await test.world.until('the trunk rings', () => callee.calls.length === 1);
      dial(test, callee.target);
      await test.world.until('the other rings', () => callee.calls.length === 2);
      const [told, untold] = callee.calls.map(({ headers }) => lower(headers));
      expect(told!['p-asserted-identity']).toContain('+14155550199');
      expect(untold).not.toHaveProperty('p-asserted-identity');
      expect([told!.privacy, untold!.privacy]).toEqual([undefined, undefined]);
    });

    it('is hidden from the callee where asked for: the number is only in P-Asserted-Identity, for the trunk that wants it', async () => {
      const test = await up();
      const callee = await test.world.callee({ answersAfterMs: 0 });
      const target = trunk(callee, { assertIdentity: true });
      const legs = [dial(test, target, { hidden: true })];
      await test.world.until('the trunk rings', () => callee.calls.length === 1);
      legs.push(dial(test, callee.target, { hidden: true }));
      await test.world.until('the other rings', () => callee.calls.length === 2);
      const [trusted, untrusted] = callee.calls.map(({ headers }) => lower(headers));
      expect(callee.calls.map(({ fromUser }) => fromUser)).toEqual(['anonymous', 'anonymous']);
      expect([trusted!.privacy, untrusted!.privacy]).toEqual(['id', 'id']);
      expect(trusted!['p-asserted-identity']).toContain('+14155550199');
      expect(JSON.stringify(untrusted)).not.toContain('4155550199');
      expect(legs.map(({ leg }) => leg.facts.from)).toEqual(['anonymous', 'anonymous']);
    });

    it('is hidden from a phone altogether', async () => {
      const test = await up();
      const phone = await test.world.registered('SE-hidden', { answersAfterMs: 0 });
      dial(test, phone.target, { hidden: true });
      await test.world.until('it rings', () => phone.calls.length === 1);
      expect(phone.calls[0]!.fromUser).toBe('anonymous');
      expect(JSON.stringify(phone.calls[0]!.headers)).not.toContain('4155550199');
    });

    it('comes with who sent the call on, in the form that the trunk wants, or not', async () => {
      const test = await up();
      const callee = await test.world.callee({ answersAfterMs: 0 });
      const diversions = [{ user: '+14155550122', reason: 'no-answer', times: 1 }] as const;
      for (const diversionForm of ['diversion', 'history-info', 'none'] as const) {
        dial(test, trunk(callee, { diversionForm }), { diversions });
        const calls = ['diversion', 'history-info', 'none'].indexOf(diversionForm) + 1;
        await test.world.until(diversionForm, () => callee.calls.length === calls);
      }
      const [diversion, history, none] = callee.calls.map(({ headers }) => lower(headers));
      expect(diversion!.diversion).toMatch(/^<sip:\+14155550122@.*>;reason=no-answer;counter=1$/);
      expect(history!['history-info']).toContain('+14155550122');
      expect([none!.diversion, none!['history-info']]).toEqual([undefined, undefined]);
    });
  });
}
