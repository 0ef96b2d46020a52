import { describe, expect, it } from 'vitest';
import type { SipTarget } from './flow.js';
import { OverloadControl, readOverload } from './overload-control.js';
import { SipResponse } from './parse/message.js';
import { parseVia } from './parse/via.js';

const via = (params: string) => parseVia(`SIP/2.0/UDP 10.0.0.1:5060;branch=z9hG4bK1;rport=5060${params}`);

describe('what a server asks for in the Via of its answer (RFC 7339 4)', () => {
  it.each([
    ['a share for a time', ';oc=20;oc-algo="loss";oc-validity=1000;oc-seq=1282321615.782', [0.2, 1000, 1282321615.782]],
    ['half a second where no time is said', ';oc=100', [1, 500, 0]],
    ['nothing any more', ';oc=0;oc-validity=0', [0, 0, 0]],
    ['a share that is none', ';oc=101', undefined],
    ['our own offer, sent back', ';oc;oc-algo="loss"', undefined],
    ['an algorithm that we did not offer', ';oc=20;oc-algo="rate"', undefined],
    ['a time and a sequence that are none', ';oc=5;oc-validity=soon;oc-seq=-1', [0.05, 500, 0]],
    ['nothing', '', undefined],
  ] as const)('%s', (_what, params, report) => {
    const expected = report && { share: report[0], validityMs: report[1], sequence: report[2] };
    expect(readOverload(via(params))).toEqual(expected);
  });
});

describe('holding back', () => {
  const server: SipTarget = { transport: 'udp', address: '192.0.2.1', port: 5060 };
  const answer = (params: string) => new SipResponse(200, 'OK', ['via', via(params).text], Buffer.alloc(0));
  const always = () => 0;

  it('is done by the share asked for, for as long as it holds, towards that server alone', () => {
    const control = new OverloadControl();
    control.learn(server, answer(';oc=30;oc-validity=1000;oc-seq=1'), 0);
    const chances = Array.from({ length: 100 }, (_, each) => each / 100);
    const held = (now: number, to = server) =>
      chances.filter((chance) => control.holdsBack(to, now, () => chance)).length;
    expect([held(0), held(999), held(1000)]).toEqual([30, 30, 0]);
    expect(held(0, { ...server, port: 5070 })).toBe(0);
  });

  it('ends when the server says so, and an older report that comes late changes nothing', () => {
    const control = new OverloadControl();
    control.learn(server, answer(';oc=100;oc-validity=60000;oc-seq=2'), 0);
    control.learn(server, answer(';oc=0;oc-seq=1'), 1);
    expect(control.holdsBack(server, 2, always)).toBe(true);
    control.learn(server, answer(';oc=0;oc-validity=0;oc-seq=3'), 3);
    expect(control.holdsBack(server, 4, always)).toBe(false);
  });

  it('goes on for ten minutes at most, whatever is asked for, and forgets who asked longest ago', () => {
    const control = new OverloadControl();
    const at = (number: number): SipTarget => ({ ...server, address: `server-${number}` });
    for (let number = 0; number <= 4000; number += 1)
      control.learn(at(number), answer(';oc=100;oc-validity=999999999'), 0);
    expect(control.holdsBack(at(0), 1, always)).toBe(false);
    expect(control.holdsBack(at(1), 599_999, always)).toBe(true);
    expect(control.holdsBack(at(1), 600_000, always)).toBe(false);
  });
});
