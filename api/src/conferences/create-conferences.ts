import type { Clock } from '@hookswitch/kernel/clock';
import type { NewId } from '@hookswitch/kernel/ids';
import type { Logger } from '@hookswitch/kernel/logger';
import type { CallEngine } from '@hookswitch/media/port/call-engine';
import type { LiveCall } from '@hookswitch/media/port/live-call';
import type { ActiveCall } from '../calls/index.js';
import type { CommandChannel, NodeLeases } from '../nodes/index.js';
import type { AudioResolver, CallConferences, JoinConference, Speech } from '../scripting/index.js';
import type { ConferenceName } from './conference.js';
import type { ConferenceBook } from './conference-book.js';
import {
  ConferenceBridges,
  comeAgainCommand,
  joinCommand,
  leaveCommand,
  type SeatNews,
  seatCommand,
} from './conference-bridges.js';
import type { ConferenceClaims } from './conference-claims.js';
import { changeCommand, endCommand, playCommand, removeCommand } from './conference-control.js';
import { ConferenceHost } from './conference-host.js';
import { ConferenceSeat, type Place } from './conference-seat.js';
import { ConferenceSeats } from './conference-seats.js';
import { ConferenceWatch } from './conference-watch.js';
import type { Joining } from './joining.js';
import { localConferenceControl } from './local-conference-control.js';

export interface ConferencesDeps {
  readonly nodeId: string;
  readonly book: ConferenceBook;
  readonly claims: ConferenceClaims;
  readonly engine: CallEngine;
  readonly commands: CommandChannel;
  readonly leases: Pick<NodeLeases, 'alive'>;
  readonly audio: AudioResolver;
  readonly speech: Speech;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly logger: Logger;
}

/** What a conference needs to know of a call of this process. */
type CallInConference = Pick<ActiveCall, 'id' | 'accountId' | 'leg' | 'logger'>;

/** The conferences of a process that owns an engine. */
export type Conferences = ReturnType<typeof createConferences>;

export function createConferences(deps: ConferencesDeps) {
  const { nodeId, book, claims, engine, commands, leases, clock, newId, logger } = deps;
  const seats = new ConferenceSeats();
  let sip: string | undefined;
  const host = new ConferenceHost({
    nodeId,
    claims,
    book,
    engine,
    clock,
    logger,
    onHosted: () => watch.begin(),
    onReopened: (of, nodeIds) => bridges.callAgain(of, nodeIds),
  });
  const watch = new ConferenceWatch({ nodeId, claims, leases, host, seats, clock, logger });
  const bridges = new ConferenceBridges({ engine, commands, host, address: () => sip, newId, logger });
  const control = localConferenceControl({ ...deps, host, seats });

  async function enter(seat: ConferenceSeat): Promise<Place> {
    const { joining, call } = seat;
    const owner = await host.claim(joining);
    if (owner === nodeId) return enterHere(joining, call, seat);
    const place = await bridges.cross(seat, owner);
    watch.begin();
    return place;
  }

  async function enterHere(joining: Joining, call: LiveCall, seat: ConferenceSeat): Promise<Place> {
    const conference = await host.open(joining);
    await conference.comesIn(joining, call, seat);
    const leave: Place['leave'] = (because) => conference.leave(joining.callId, joining.seatId, because);
    return { conferenceId: conference.id, nodeId, leave, drop: () => undefined };
  }

  function join(call: CallInConference, request: JoinConference): ConferenceSeat {
    const { wait, entered, comesAgain, ...wanted } = request;
    const { id: callId, accountId, leg } = call;
    const joining: Joining = { ...wanted, accountId, callId, nodeId, seatId: newId('JB') };
    const seat: ConferenceSeat = new ConferenceSeat(leg, joining, {
      enter,
      entered,
      wait,
      comesAgain,
      onOver: () => seats.remove(joining),
      clock,
      logger: call.logger,
    });
    seats.add(seat);
    return seat;
  }

  return {
    /** For a call's script. */
    ofCall: (call: CallInConference): CallConferences => ({ join: (request) => join(call, request) }),
    control,
    /** What this node does for others. */
    commands: {
      [joinCommand]: (joining: Joining) => bridges.invite(joining),
      [leaveCommand]: (leaving: Parameters<typeof bridges.leave>[0]) => bridges.leave(leaving),
      [seatCommand]: async (news: SeatNews) => seats.hear(news),
      [comeAgainCommand]: async (of: ConferenceName) => seats.comeAgain(of),
      [changeCommand]: control.change,
      [removeCommand]: control.remove,
      [endCommand]: control.end,
      [playCommand]: control.play,
    },
    /** Where calls of other nodes reach this one: those come again that were in conferences of an earlier process. */
    listening(addresses: readonly string[]) {
      sip = addresses[0];
      host.reopen().catch((error: unknown) => {
        logger.warn(
          { err: error },
          'Conferences of an earlier process were not looked up; their calls find out later.',
        );
      });
    },
    /** Leaves the conferences to other nodes. When no call is left here. */
    async close() {
      watch.stop();
      await host.close();
    },
  };
}
