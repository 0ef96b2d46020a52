import { seededRandom } from '@hookswitch/kernel/random';
import { describe, expect, it } from 'vitest';
import { SipRequest } from '../parse/message.js';
import { glareDelay } from './glare.js';
import { answerTimer, timerSchedule } from './session-timer.js';

const settings = { expiresSeconds: 1800, minSeSeconds: 90 };

function invite(headers: Record<string, string>): SipRequest {
  return new SipRequest('INVITE', 'sip:a@h', Object.entries(headers).flat(), Buffer.alloc(0));
}

describe('answering a session interval (RFC 4028 9)', () => {
  it.each<[string, Record<string, string>, object]>([
    [
      'a peer that asks and supports refreshes itself',
      { supported: 'timer', 'session-expires': '600' },
      {
        timer: { expiresSeconds: 600, weRefresh: false },
        headers: [
          ['Session-Expires', '600;refresher=uac'],
          ['Require', 'timer'],
        ],
      },
    ],
    [
      'a peer may leave it to us',
      { supported: 'timer', 'session-expires': '600;refresher=uas' },
      { timer: { expiresSeconds: 600, weRefresh: true } },
    ],
    [
      'a peer without the extension is refreshed by us',
      {},
      { timer: { expiresSeconds: 1800, weRefresh: true }, headers: [['Session-Expires', '1800;refresher=uas']] },
    ],
    [
      'an interval a proxy asked for on behalf of such a peer is never refused',
      { 'session-expires': '30' },
      { tooSmall: false, timer: { expiresSeconds: 90, weRefresh: true } },
    ],
    [
      'an interval that is too small is refused',
      { supported: 'timer', 'session-expires': '60' },
      { tooSmall: true, minSe: 90 },
    ],
    ["the peer's Min-SE is kept", { supported: 'timer', 'min-se': '3000' }, { timer: { expiresSeconds: 3000 } }],
  ])('%s', (_name, headers, expected) => {
    expect(answerTimer(settings, invite(headers))).toMatchObject(expected);
  });

  it('a side that has it off takes part only when asked', () => {
    const off = { expiresSeconds: 0, minSeSeconds: 90 };
    expect(answerTimer(off, invite({ supported: 'timer' }))).toMatchObject({ timer: undefined, headers: [] });
    expect(answerTimer(off, invite({ supported: 'timer', 'session-expires': '600' }))).toMatchObject({
      timer: { expiresSeconds: 600 },
    });
  });

  it('is refreshed at half, and given up the lesser of 32 s and a third before the end (10)', () => {
    expect(timerSchedule({ expiresSeconds: 90, weRefresh: true })).toEqual({
      refreshAfter: 45_000,
      giveUpAfter: 60_000,
    });
    expect(timerSchedule({ expiresSeconds: 1800, weRefresh: false })).toEqual({
      refreshAfter: undefined,
      giveUpAfter: 1_768_000,
    });
  });
});

describe('backing off from glare (RFC 3261 14.1)', () => {
  it('takes 2.1 to 4 s for whoever made the Call-ID, 0 to 2 s for the other, in steps of 10 ms', () => {
    const random = seededRandom(1);
    for (const [owner, low, high] of [
      [true, 2_100, 4_000],
      [false, 0, 2_000],
    ] as const) {
      const delays = Array.from({ length: 2_000 }, () => glareDelay(owner, random));
      expect(Math.min(...delays)).toBe(low);
      expect(Math.max(...delays)).toBe(high);
      expect(delays.every((delay) => delay % 10 === 0)).toBe(true);
    }
  });
});
