import { describe, expect, it } from 'vitest';
import type { Flow, SipTarget, Transport } from '../flow.js';
import { SipResponse } from '../parse/message.js';
import { defaultSipTimers } from '../sip-settings.js';
import { TimerQueue } from '../timer-queue.js';
import { InviteClientTransaction } from './invite-client.js';
import { InviteServerTransaction } from './invite-server.js';
import { NonInviteClientTransaction } from './non-invite-client.js';
import { NonInviteServerTransaction } from './non-invite-server.js';

function bench(transport: Transport) {
  const timers = new TimerQueue();
  const target: SipTarget = { transport, address: '192.0.2.1', port: 5060 };
  /** When what was sent. */
  const sent: [number, string][] = [];
  const heard: (number | string)[] = [];
  const context = {
    timers,
    settings: defaultSipTimers,
    send: (_target: SipTarget, bytes: Buffer) => void sent.push([timers.now, bytes.toString()]),
    terminated: () => void heard.push('terminated'),
  };
  const user = {
    response: (response: SipResponse) => void heard.push(response.status),
    failed: (status: number) => void heard.push(`failed ${status}`),
  };
  const flow: Flow = { transport, localAddress: '', localPort: 0, remoteAddress: '', remotePort: 0 };
  const advanceTo = (end: number) => {
    for (let next = timers.next(); next !== undefined && next <= end; next = timers.next()) timers.fire(next);
    timers.moveTo(end);
  };
  const status = (code: number) => new SipResponse(code, '', [], Buffer.alloc(0));
  const times = (what: string) => sent.filter(([, text]) => text === what).map(([at]) => at);
  return { timers, target, sent, heard, context, user, flow, advanceTo, status, times };
}

const request = Buffer.from('request');
const ack = () => Buffer.from('ack');

describe('INVITE client (RFC 3261 17.1.1, RFC 6026)', () => {
  it('repeats over UDP at T1, doubling, and gives up after 64×T1 (timers A, B)', () => {
    const at = bench('udp');
    new InviteClientTransaction(at.context, 'k', request, at.target, ack, at.user);
    at.advanceTo(40_000);
    expect(at.times('request')).toEqual([0, 500, 1_500, 3_500, 7_500, 15_500, 31_500]);
    expect(at.heard).toEqual(['failed 408', 'terminated']);
    expect(at.timers.now).toBe(40_000);
  });

  it('repeats nothing over a stream, and gives up all the same', () => {
    const at = bench('tcp');
    new InviteClientTransaction(at.context, 'k', request, at.target, ack, at.user);
    at.advanceTo(40_000);
    expect(at.times('request')).toEqual([0]);
    expect(at.heard).toEqual(['failed 408', 'terminated']);
  });

  it('stops repeating at a provisional and then waits without end', () => {
    const at = bench('udp');
    const transaction = new InviteClientTransaction(at.context, 'k', request, at.target, ack, at.user);
    transaction.receive(at.status(180), at.flow);
    at.advanceTo(500_000);
    expect(at.times('request')).toEqual([0]);
    expect(transaction.state).toBe('proceeding');
    expect(at.timers.size).toBe(0);
  });

  it.each<[Transport, number]>([
    ['udp', 32_000],
    ['tcp', 0],
  ])('acknowledges a failure and each repeat of it, over %s for %i ms (timer D)', (transport, wait) => {
    const at = bench(transport);
    const transaction = new InviteClientTransaction(at.context, 'k', request, at.target, ack, at.user);
    transaction.receive(at.status(486), at.flow);
    transaction.receive(at.status(486), at.flow);
    expect(at.heard.filter((what) => what === 486)).toHaveLength(1);
    expect(at.times('ack')).toHaveLength(wait > 0 ? 2 : 1);
    at.advanceTo(wait);
    expect(transaction.state).toBe('terminated');
    expect(at.timers.size).toBe(0);
  });

  it('gives every 2xx to its user for 64×T1 (RFC 6026 7.2, timer M)', () => {
    const at = bench('udp');
    const transaction = new InviteClientTransaction(at.context, 'k', request, at.target, ack, at.user);
    for (let i = 0; i < 3; i++) transaction.receive(at.status(200), at.flow);
    expect(at.heard).toEqual([200, 200, 200]);
    expect(at.times('ack')).toEqual([]);
    at.advanceTo(31_999);
    expect(transaction.state).toBe('accepted');
    at.advanceTo(32_000);
    expect(transaction.state).toBe('terminated');
  });

  it('ends at once when the transport fails', () => {
    const at = bench('udp');
    new InviteClientTransaction(at.context, 'k', request, at.target, ack, at.user).transportFailed();
    expect(at.heard).toEqual(['failed 503', 'terminated']);
    expect(at.timers.size).toBe(0);
  });
});

describe('non-INVITE client (17.1.2)', () => {
  it('repeats over UDP at T1, doubling up to T2, and gives up after 64×T1 (timers E, F)', () => {
    const at = bench('udp');
    new NonInviteClientTransaction(at.context, 'k', request, at.target, at.user);
    at.advanceTo(40_000);
    expect(at.times('request')).toEqual([0, 500, 1_500, 3_500, 7_500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500]);
    expect(at.heard).toEqual(['failed 408', 'terminated']);
  });

  it('repeats at T2 after a provisional, and still gives up', () => {
    const at = bench('udp');
    const transaction = new NonInviteClientTransaction(at.context, 'k', request, at.target, at.user);
    transaction.receive(at.status(100), at.flow);
    at.advanceTo(9_000);
    expect(at.times('request')).toEqual([0, 500, 4_500, 8_500]);
    at.advanceTo(40_000);
    expect(at.heard).toEqual([100, 'failed 408', 'terminated']);
  });

  it.each<[Transport, number]>([
    ['udp', 5_000],
    ['tls', 0],
  ])('absorbs repeats of the answer over %s for %i ms (timer K)', (transport, wait) => {
    const at = bench(transport);
    const transaction = new NonInviteClientTransaction(at.context, 'k', request, at.target, at.user);
    transaction.receive(at.status(200), at.flow);
    transaction.receive(at.status(200), at.flow);
    at.advanceTo(wait);
    expect(at.heard).toEqual([200, 'terminated']);
    expect(at.timers.size).toBe(0);
  });
});

describe('INVITE server (17.2.1, RFC 6026)', () => {
  const answer = Buffer.from('answer');

  it('sends 100 after 200 ms where its user is slow', () => {
    const at = bench('udp');
    new InviteServerTransaction(at.context, 'k', undefined, at.target).tryLater(() => Buffer.from('100'));
    at.advanceTo(1_000);
    expect(at.sent).toEqual([[200, '100']]);
  });

  it.each<[Transport, number[]]>([
    ['udp', [0, 500, 1_500, 3_500, 7_500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500]],
    ['tcp', [0]],
  ])('over %s repeats a failure at %j and gives up after 64×T1 (timers G, H)', (transport, times) => {
    const at = bench(transport);
    new InviteServerTransaction(at.context, 'k', undefined, at.target).respond(486, answer);
    at.advanceTo(100_000);
    expect(at.times('answer')).toEqual(times);
    expect(at.heard).toEqual(['terminated']);
    expect(at.timers.size).toBe(0);
  });

  it.each<[Transport, number]>([
    ['udp', 5_000],
    ['tcp', 0],
  ])('absorbs ACKs over %s for %i ms (timer I)', (transport, wait) => {
    const at = bench(transport);
    const transaction = new InviteServerTransaction(at.context, 'k', undefined, at.target);
    transaction.respond(486, answer);
    expect(transaction.acknowledged()).toBe(true);
    transaction.retransmitted();
    at.advanceTo(wait);
    expect(at.times('answer')).toEqual([0]);
    expect(transaction.state).toBe('terminated');
  });

  it('absorbs repeated INVITEs after a 2xx for 64×T1, and leaves ACKs to its user (RFC 6026 7.1, timer L)', () => {
    const at = bench('udp');
    const transaction = new InviteServerTransaction(at.context, 'k', undefined, at.target);
    transaction.respond(200, answer);
    transaction.retransmitted();
    expect(transaction.acknowledged()).toBe(false);
    expect(at.times('answer')).toEqual([0]);
    at.advanceTo(32_000);
    expect(transaction.state).toBe('terminated');
  });

  it('answers a stranger once and keeps nothing (8.2.7)', () => {
    const at = bench('udp');
    const transaction = new InviteServerTransaction(at.context, 'k', undefined, at.target);
    transaction.tryLater(() => Buffer.from('100'));
    expect(transaction.respondAndForget(401, answer)).toBe(true);
    expect(at.heard).toEqual(['terminated']);
    expect(at.timers.size).toBe(0);
    at.advanceTo(100_000);
    expect(at.sent).toEqual([[0, 'answer']]);
    expect(transaction.respondAndForget(401, answer)).toBe(false);
  });

  it('repeats even a stranger’s failure after a 100, since the caller then waits for it in silence', () => {
    const at = bench('udp');
    const transaction = new InviteServerTransaction(at.context, 'k', undefined, at.target);
    transaction.tryLater(() => Buffer.from('100'));
    at.advanceTo(200);
    transaction.respondAndForget(401, answer);
    at.advanceTo(1_000);
    expect(at.times('answer')).toEqual([200, 700]);
  });

  it('refuses a second final answer, and a provisional after the first', () => {
    const at = bench('udp');
    const transaction = new InviteServerTransaction(at.context, 'k', undefined, at.target);
    expect([
      transaction.respond(486, answer),
      transaction.respond(200, answer),
      transaction.respond(180, answer),
    ]).toEqual([true, false, false]);
  });
});

describe('non-INVITE server (17.2.2)', () => {
  it('answers a stranger once and keeps nothing (8.2.7)', () => {
    const at = bench('udp');
    const transaction = new NonInviteServerTransaction(at.context, 'k', undefined, at.target);
    expect(transaction.respondAndForget(401, Buffer.from('answer'))).toBe(true);
    transaction.retransmitted();
    expect(at.times('answer')).toEqual([0]);
    expect(at.heard).toEqual(['terminated']);
    expect(at.timers.size).toBe(0);
  });

  it.each<[Transport, number]>([
    ['udp', 32_000],
    ['tcp', 0],
  ])('over %s answers repeats alike for %i ms (timer J)', (transport, wait) => {
    const at = bench(transport);
    const transaction = new NonInviteServerTransaction(at.context, 'k', undefined, at.target);
    transaction.retransmitted();
    expect(at.sent).toEqual([]);
    transaction.respond(200, Buffer.from('answer'));
    if (wait > 0) {
      transaction.retransmitted();
      expect(at.times('answer')).toEqual([0, 0]);
    }
    at.advanceTo(wait);
    expect(at.heard).toEqual(['terminated']);
    expect(at.timers.size).toBe(0);
  });
});
