import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { eventOfKey, telephoneKeys } from './telephone-event.js';
import { TelephoneEventReceiver } from './telephone-event-receiver.js';
import { TelephoneEventSender } from './telephone-event-sender.js';

interface EventPacket {
  readonly payload: Uint8Array;
  readonly timestamp: number;
  readonly sequence: number;
  readonly press: number;
}

/** The packets of presses, as our sender makes them. */
function presses(keys: readonly { key: string; steps: number }[], firstTimestamp = 1000): EventPacket[] {
  const sender = new TelephoneEventSender();
  const packets: EventPacket[] = [];
  let sequence = 65_500;
  let timestamp = firstTimestamp;
  keys.forEach(({ key, steps }, press) => {
    sender.begin(eventOfKey(key), timestamp);
    for (let step = 1; sender.active; step++) {
      if (step >= steps) sender.end();
      sender.step(160);
      packets.push({
        payload: Uint8Array.from(sender.payload),
        timestamp: sender.timestamp,
        sequence: sequence++ & 0xffff,
        press,
      });
    }
    timestamp = (timestamp + (steps + 4) * 160) >>> 0;
  });
  return packets;
}

function hear(packets: readonly EventPacket[]): string {
  const receiver = new TelephoneEventReceiver();
  let keys = '';
  for (const { payload, timestamp, sequence } of packets) {
    const sign = receiver.receive(payload, 0, payload.length, 9, timestamp, sequence);
    if (sign === 'began' || sign === 'began-and-ended') keys += receiver.key;
  }
  return keys;
}

const press = fc.record({ key: fc.constantFrom(...telephoneKeys), steps: fc.integer({ min: 1, max: 20 }) });

describe('telephone events (RFC 4733)', () => {
  it('reports a press exactly once as long as one of its packets arrives, whatever is lost, doubled or overtaken', () => {
    fc.assert(
      fc.property(
        fc.array(press, { minLength: 1, maxLength: 6 }),
        fc.nat(0xffffffff),
        fc.infiniteStream(fc.record({ copies: fc.nat(2), shift: fc.nat(4) })),
        (keys, firstTimestamp, fates) => {
          const fate = fates[Symbol.iterator]();
          const arriving = presses(keys, firstTimestamp)
            .flatMap((packet, at) => {
              const { copies, shift } = fate.next().value!;
              return Array.from({ length: copies }, (_, copy) => ({ packet, place: at + shift + copy * 3 }));
            })
            .sort((one, other) => one.place - other.place)
            .map(({ packet }) => packet);
          const heard = hear(arriving).split('').sort().join('');
          const arrived = [...new Set(arriving.map((packet) => packet.press))];
          expect(heard).toBe(
            arrived
              .map((at) => keys[at]!.key)
              .sort()
              .join(''),
          );
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('cuts a press longer than a duration can tell into segments, which are one press (RFC 4733 2.5.1.3)', () => {
    const packets = presses([
      { key: '7', steps: 1000 },
      { key: '7', steps: 5 },
    ]);
    expect(new Set(packets.map(({ timestamp }) => timestamp)).size).toBe(4);
    const durations = packets.map(({ payload }) => (payload[2]! << 8) | payload[3]!);
    expect(Math.max(...durations)).toBeLessThanOrEqual(0xffff);
    expect(hear(packets)).toBe('77');
  });

  it('keeps one timestamp, lets the duration rise, and ends three times with the same one (RFC 4733 2.5.1)', () => {
    const packets = presses([{ key: '*', steps: 5 }]);
    const durations = packets.map(({ payload }) => (payload[2]! << 8) | payload[3]!);
    expect(durations).toEqual([160, 320, 480, 640, 800, 800, 800]);
    expect(packets.map(({ payload }) => payload[1]! >> 7)).toEqual([0, 0, 0, 0, 1, 1, 1]);
    expect(new Set(packets.map(({ timestamp }) => timestamp)).size).toBe(1);
  });

  it('takes no notice of payloads that are short, or no keys', () => {
    const receiver = new TelephoneEventReceiver();
    expect(receiver.receive(Uint8Array.of(1, 0, 0), 0, 3, 1, 1, 1)).toBe('nothing');
    expect(receiver.receive(Uint8Array.of(16, 0, 0, 9), 0, 4, 1, 1, 1)).toBe('nothing');
  });
});
