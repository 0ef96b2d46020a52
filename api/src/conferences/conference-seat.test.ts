import { silentLogger } from '@hookswitch/kernel/logger';
import { ManualClock } from '@hookswitch/kernel/manual-clock';
import { seededRandom } from '@hookswitch/kernel/random';
import { createFakeEngine } from '@hookswitch/media/drivers/fake/index';
import type { IncomingCall } from '@hookswitch/media/port/call-engine';
import { beforeEach, describe, expect, it } from 'vitest';
import { ConferenceUnreachableError } from './conference-errors.js';
import { ConferenceSeat, type Place } from './conference-seat.js';
import type { Joining } from './joining.js';

const joining: Joining = {
  accountId: 'AC1',
  name: 'weekly',
  callId: 'CA1',
  nodeId: 'node-1',
  seatId: 'seat-1',
  muted: false,
  startConferenceOnEnter: true,
  endConferenceOnExit: false,
  beep: 'none',
  maxParticipants: 200,
};
const place: Place = { conferenceId: 'CO1', nodeId: 'node-2', leave: () => {}, drop: () => {} };

describe('the seat of a call that is on its way into a conference', () => {
  let clock: ManualClock;
  let hearsWaiting: boolean;
  let isIn: (place: Place) => void;
  let fails: (why: Error) => void;
  let seat: ConferenceSeat;

  beforeEach(async () => {
    clock = new ManualClock();
    hearsWaiting = false;
    const engine = createFakeEngine({ clock, random: seededRandom(1), save: async () => {} });
    await engine.start();
    const incoming = new Promise<IncomingCall>((resolve) => engine.events.once('incoming', resolve));
    engine.network.call({ from: '+1', to: '+2', source: { kind: 'trunk', id: 'TK1' } });
    await clock.advanceAsync(0);
    const call = (await incoming).accept('CA1');
    await call.answer();
    seat = new ConferenceSeat(call, joining, {
      enter: () =>
        new Promise((resolve, reject) => {
          isIn = resolve;
          fails = reject;
        }),
      entered: () => {},
      wait: async (signal) => {
        hearsWaiting = true;
        signal.addEventListener('abort', () => {
          hearsWaiting = false;
        });
      },
      onOver: () => {},
      comesAgain: false,
      clock,
      logger: silentLogger,
    });
  });

  it('lets it hear what those hear who wait, once the way in takes a while', async () => {
    await clock.advanceAsync(299);
    expect(hearsWaiting).toBe(false);
    await clock.advanceAsync(1);
    expect(hearsWaiting).toBe(true);
    seat.tell(false);
    expect(hearsWaiting).toBe(false);
  });

  it('lets it hear none of that any more once the conference has said that it does not wait, though its way in is not done', async () => {
    seat.tell(false);
    await clock.advanceAsync(300);
    isIn(place);
    await clock.advanceAsync(10_000);
    expect(hearsWaiting).toBe(false);
  });

  it('lets it hear that again where the way in fails although the conference had taken it in', async () => {
    seat.tell(false);
    fails(new ConferenceUnreachableError('weekly', 'node-2 is gone'));
    await clock.advanceAsync(800);
    expect(hearsWaiting).toBe(true);
  });
});
