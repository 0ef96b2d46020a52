import type { LegSnapshot } from '@hookswitch/media/port/leg-snapshot';
import type { LiveCall } from '@hookswitch/media/port/live-call';
import { afterEach, describe, expect, it } from 'vitest';
import { TwoProcesses } from './two-processes.js';

let world: TwoProcesses;
afterEach(() => world.close());

/** As JSON of a store. */
const written = (leg: LiveCall) => JSON.parse(JSON.stringify(leg.unansweredSnapshot())) as LegSnapshot;

/** A caller whom nobody has answered, and a phone that rings. */
async function ringing() {
  world = await new TwoProcesses().start();
  const [caller, phone] = [await world.peer('10.0.0.2'), await world.peer('10.0.0.5')];
  const invite = ['Call-ID: one', 'From: <sip:555@10.0.0.2>;tag=c', 'Contact: <sip:10.0.0.2>'];
  const answers = caller.request('INVITE', 'sip:200@10.0.0.1', invite);
  await world.clock.advanceAsync(50);
  const inbound = world.incoming[0]!.accept('CA-in');
  inbound.ring();
  const outbound = await world.dial({ kind: 'sip', uri: 'sip:200@10.0.0.5' });
  phone.respond(phone.got[0]!, '180 Ringing', ['Contact: <sip:10.0.0.5>']);
  await world.clock.advanceAsync(50);
  await answers;
  expect([inbound.status, outbound.status]).toEqual(['ringing', 'ringing']);
  return { caller, phone, inbound, outbound };
}

describe('a call that nobody had answered when its process was killed', () => {
  it('makes no leg: its caller is answered 503 with Retry-After, the phone that rings gets CANCEL', async () => {
    const { caller, phone, inbound, outbound } = await ringing();
    expect(await world.restart([written(inbound), written(outbound)])).toEqual([]);
    await world.clock.advanceAsync(1_000);
    const refused = caller.got.find((message) => message.startsWith('SIP/2.0 503'))!;
    expect(refused).toMatch(/^Retry-After: 5\r$/m);
    const tagOf = (message: string) => /^To: .*;tag=(.*)\r$/m.exec(message)![1];
    expect(tagOf(refused)).toBe(tagOf(caller.got.find((message) => message.startsWith('SIP/2.0 180'))!));
    expect(phone.got.filter((message) => message.startsWith('CANCEL '))).toHaveLength(0);
    phone.respond(phone.got.at(-1)!, '180 Ringing', ['Contact: <sip:10.0.0.5>']);
    await world.clock.advanceAsync(100);
    const [first, ...more] = phone.got;
    const cancel = more.find((message) => message.startsWith('CANCEL '))!;
    const branch = (message: string) => /branch=([^;\r]*)/.exec(message)![1];
    expect(new Set([first!, ...more].map(branch)).size).toBe(1);
    expect(branch(cancel)).toBe(branch(first!));
    expect(world.engine.calls()).toEqual([]);
  });

  it('is written down only until it is answered, or over', async () => {
    const { inbound, outbound } = await ringing();
    expect([inbound.snapshot(), outbound.snapshot()]).toEqual([undefined, undefined]);
    inbound.reject(486);
    outbound.hangUp();
    await world.clock.advanceAsync(100);
    expect([inbound.unansweredSnapshot(), outbound.unansweredSnapshot()]).toEqual([undefined, undefined]);
  });

  it('keeps no process from starting where what was written of it was bent in one place', async () => {
    const { inbound, outbound } = await ringing();
    const whole = [written(inbound), written(outbound)];
    for (const snapshot of whole) {
      const { unanswered } = snapshot.state as { unanswered: Record<string, unknown>[] };
      for (const name of Object.keys(unanswered[0]!)) {
        for (const other of [undefined, null, 'x y;z\r\nEvil: yes', -1, [], {}, '<sip:%%%>']) {
          const state = { unanswered: [{ ...unanswered[0], [name]: other }] };
          expect(await world.restart([{ ...snapshot, state }])).toEqual([]);
        }
      }
      for (const state of [{ unanswered: null }, { unanswered: 'x' }, { unanswered: [null, 1] }])
        expect(await world.restart([{ ...snapshot, state }])).toEqual([]);
    }
    expect(world.log.join('')).not.toContain('Evil: yes');
  });
});
