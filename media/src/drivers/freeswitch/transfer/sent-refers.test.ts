import { silentLogger } from '@hookswitch/kernel/logger';
import { ManualClock } from '@hookswitch/kernel/manual-clock';
import { describe, expect, it } from 'vitest';
import { TimerSet } from '../../../port/timer-set.js';
import { SentRefers } from './sent-refers.js';

/** REFERs on a leg whose far end takes them. */
function setUp(front: unknown) {
  const commands: string[] = [];
  const leg = {
    status: 'answered',
    command: async (verb: string, rest = '') => {
      commands.push(`${verb} ${rest}`);
      return verb === 'getvar' ? '202' : '+OK';
    },
    readDialog: async () => undefined,
  } as const;
  const timers = new TimerSet(new ManualClock());
  return { refers: new SentRefers(leg, { timers, logger: silentLogger, host: '192.0.2.9', front }), commands };
}

describe('whom we send elsewhere', () => {
  it('to a target of sips, or one with parameters, is named it by the front, for FreeSWITCH knows none', async () => {
    const { refers, commands } = setUp({});
    const named = Buffer.from('sips:100@far.example;transport=tcp').toString('base64url');
    void refers.send({ to: 'sips:100@far.example;transport=tcp' });
    await new Promise(setImmediate);
    expect(commands).toEqual([
      `setvar_multi sip_refer_continue_after_reply=true;sip_refer_status_code=;sip_h_X-Hookswitch-Refer-To=${named}`,
      'deflect sip:100@far.example;transport=tcp',
      'getvar sip_refer_status_code',
    ]);
  });

  it('to one of sips without a front is not: 400', async () => {
    const { refers, commands } = setUp(undefined);
    expect(await refers.send({ to: 'sips:100@far.example' })).toEqual({ end: 'refused', referStatus: 400 });
    expect(commands).toEqual([]);
  });

  it('to a number is sent to it at our host, as a phone number (RFC 3261 19.1.6)', async () => {
    const { refers, commands } = setUp({});
    void refers.send({ to: 'tel:+14155550100' });
    await new Promise(setImmediate);
    expect(commands).toContain('deflect sip:+14155550100@192.0.2.9;user=phone');
  });
});
