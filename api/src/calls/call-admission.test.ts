import { ManualClock } from '@hookswitch/kernel/manual-clock';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CallAdmission, type CallsElsewhere } from './call-admission.js';
import type { CallAccount } from './routing/call-routing.js';

const account: CallAccount = {
  id: 'AC1',
  status: 'active',
  concurrentCalls: 3,
  callsPerSecond: 100,
  minutesPerDay: 10,
  allowedDestinations: [],
  allowedSipHosts: [],
  signingSecrets: [],
};

function setUp(elsewhere?: CallsElsewhere) {
  const clock = new ManualClock();
  const admission = new CallAdmission({
    clock,
    maxCalls: 5,
    maxCallsPerSecond: 1000,
    ...(elsewhere ? { elsewhere } : {}),
  });
  const enter = (
    more: Partial<CallAccount> = {},
    trunk?: { id: string; concurrentCalls: number; callsPerSecond: number },
  ) => admission.enter({ direction: 'inbound', account: { ...account, ...more }, trunk });
  return { clock, admission, enter };
}

describe('CallAdmission', () => {
  it('has no room while the node can carry no call', () => {
    let canCarry = false;
    const limits = { maxCalls: 5, maxCallsPerSecond: 1000, canCarry: () => canCarry };
    const admission = new CallAdmission({ clock: new ManualClock(), ...limits });
    const enter = () => admission.enter({ direction: 'inbound', account });
    expect(enter).toThrow(expect.objectContaining({ code: 'node-calls-limit' }));
    expect(admission.hasRoom()).toBe(false);
    canCarry = true;
    expect(admission.hasRoom()).toBe(true);
    enter();
  });

  it('lets calls in up to the account’s cap, and further ones when one has gone', () => {
    const { enter } = setUp();
    const leave = [enter(), enter(), enter()];
    expect(enter).toThrow(expect.objectContaining({ code: 'concurrent-calls-limit' }));
    leave[1]!();
    leave[1]!();
    enter();
    expect(enter).toThrow(expect.objectContaining({ code: 'concurrent-calls-limit' }));
  });

  it('counts what the other nodes carry', () => {
    const { enter, admission } = setUp((kind, id) => (kind === 'account' && id === 'AC1' ? 2 : 0));
    enter();
    expect(admission.concurrentCalls('AC1')).toBe(3);
    expect(enter).toThrow(expect.objectContaining({ code: 'concurrent-calls-limit' }));
    enter({ id: 'AC2' });
  });

  it('keeps the trunk’s and the node’s caps', () => {
    const { enter } = setUp();
    const trunk = { id: 'TK1', concurrentCalls: 1, callsPerSecond: Number.POSITIVE_INFINITY };
    enter({}, trunk);
    expect(() => enter({}, trunk)).toThrow(expect.objectContaining({ code: 'trunk-concurrent-calls-limit' }));
    for (let other = 2; other <= 5; other++) enter({ id: `AC${other}` });
    expect(() => enter({ id: 'AC9' })).toThrow(expect.objectContaining({ code: 'node-calls-limit' }));
  });

  it('lets a second’s worth of calls start at once and refills evenly', () => {
    const { clock, enter } = setUp();
    const slow = { concurrentCalls: 1000, callsPerSecond: 2 };
    enter(slow)();
    enter(slow)();
    expect(() => enter(slow)).toThrow(expect.objectContaining({ code: 'calls-per-second-limit' }));
    clock.advance(499);
    expect(() => enter(slow)).toThrow(expect.objectContaining({ code: 'calls-per-second-limit' }));
    clock.advance(1);
    enter(slow)();
    expect(() => enter(slow)).toThrow(expect.objectContaining({ code: 'calls-per-second-limit' }));
  });

  it('lets one call every ten seconds start where a tenth a second may', () => {
    const { clock, enter } = setUp();
    const slow = { callsPerSecond: 0.1 };
    enter(slow)();
    clock.advance(9999);
    expect(() => enter(slow)).toThrow();
    clock.advance(1);
    enter(slow)();
  });

  it('takes no allowance of one cap for a call that another refuses', () => {
    const { enter } = setUp();
    const full = { id: 'TK1', concurrentCalls: 0, callsPerSecond: 1 };
    for (let tries = 0; tries < 10; tries++) {
      expect(() => enter({ callsPerSecond: 1 }, full)).toThrow(
        expect.objectContaining({ code: 'trunk-concurrent-calls-limit' }),
      );
    }
    enter({ callsPerSecond: 1 });
  });

  it('counts exactly the calls that are in, whatever comes and goes', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ enter: fc.boolean(), which: fc.nat(20), account: fc.nat(3), trunk: fc.nat(2) })),
        (steps) => {
          const { enter, admission } = setUp();
          const inside: { account: string; trunk: string; leave: () => void }[] = [];
          for (const step of steps) {
            const [id, trunk] = [`AC${step.account}`, `TK${step.trunk}`];
            if (!step.enter) inside.splice(step.which % Math.max(1, inside.length), 1)[0]?.leave();
            else {
              try {
                const leave = enter(
                  { id },
                  { id: trunk, concurrentCalls: 2, callsPerSecond: Number.POSITIVE_INFINITY },
                );
                inside.push({ account: id, trunk, leave });
              } catch {
                // refused: counts nothing
              }
            }
            const counts = admission.counts();
            expect(counts.total).toBe(inside.length);
            expect(counts.accounts[id] ?? 0).toBe(inside.filter((one) => one.account === id).length);
            expect(counts.trunks[trunk] ?? 0).toBe(inside.filter((one) => one.trunk === trunk).length);
          }
          for (const { leave } of inside) leave();
          expect(admission.counts()).toEqual({ total: 0, accounts: {}, trunks: {} });
        },
      ),
    );
  });
});
