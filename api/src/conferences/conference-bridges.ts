import type { NewId } from '@hookswitch/kernel/ids';
import type { Logger } from '@hookswitch/kernel/logger';
import type { CallEngine } from '@hookswitch/media/port/call-engine';
import type { LiveCall } from '@hookswitch/media/port/live-call';
import { type CommandChannel, OwnerUnreachableError } from '../nodes/index.js';
import type { ConferenceName, LeftBecause } from './conference.js';
import { ConferenceUnreachableError } from './conference-errors.js';
import type { ConferenceHost } from './conference-host.js';
import type { ConferenceSeat, Place } from './conference-seat.js';
import type { Joining, SeatLine } from './joining.js';

/** An invited call must be there within this, milliseconds. */
const comingMs = 5000;

export const joinCommand = 'conference.join.v1';
export const leaveCommand = 'conference.leave.v1';
export const seatCommand = 'conference.seat.v1';
export const comeAgainCommand = 'conference.come-again.v1';

type Told = typeof leaveCommand | typeof seatCommand | typeof comeAgainCommand;

/** Where an invited call is to come: a name that one call may dial, once and soon. */
export interface Invitation {
  readonly conferenceId: string;
  readonly user: string;
  /** Where the node's SIP is reached from inside, as `udp:10.0.0.5:5060`. */
  readonly sip: string;
}

/** What a call on another node is told. */
export interface SeatNews {
  readonly callId: string;
  readonly seatId: string;
  readonly waits?: boolean;
  readonly out?: LeftBecause;
}

export interface Leaving extends ConferenceName {
  readonly callId: string;
  readonly seatId: string;
  readonly because: LeftBecause;
}

export interface ConferenceBridgesDeps {
  readonly engine: Pick<CallEngine, 'dial' | 'connect' | 'expect'>;
  readonly commands: Pick<CommandChannel, 'send'>;
  readonly host: ConferenceHost;
  /** Where this node's SIP is reached from inside; undefined until it listens. */
  readonly address: () => string | undefined;
  readonly newId: NewId;
  readonly logger: Logger;
}

/**
 * Calls of one node in a conference that another one mixes, both ends of it: a SIP leg between the nodes carries the sound, commands say the rest. The node that mixes makes a name up for
 * each call and takes the INVITE to that name, once, from whoever knows it.
 */
export class ConferenceBridges {
  readonly #deps: ConferenceBridgesDeps;

  constructor(deps: ConferenceBridgesDeps) {
    this.#deps = deps;
  }

  /** Brings a call of this node to that node's conference. Rejects where that node has no room, or cannot be reached. */
  async cross(seat: ConferenceSeat, nodeId: string): Promise<Place> {
    const { engine, newId } = this.#deps;
    const { call, joining } = seat;
    const { conferenceId, user, sip } = await this.#askIn(joining, nodeId);
    const bridge = engine.dial({
      callId: newId('CA'),
      target: { kind: 'sip', uri: uriOf(user, sip), inside: true },
      from: 'conference',
      ringTimeoutMs: comingMs,
    });
    if (!(await answered(bridge))) {
      throw new ConferenceUnreachableError(joining.name, `${nodeId} at ${sip} answered ${bridge.termination?.reason}`);
    }
    let left = false;
    const connection = engine.connect(call, bridge);
    void connection.ended.then((how) => {
      if (left || call.status === 'ended') return;
      if (how === 'b-ended') seat.lost();
      else seat.leave('moved');
    });
    return {
      conferenceId,
      nodeId,
      leave: (because) => {
        left = true;
        void this.#tell(nodeId, leaveCommand, { ...joining, because } satisfies Leaving).finally(() => bridge.hangUp());
      },
      drop: () => {
        left = true;
        bridge.hangUp();
      },
    };
  }

  async #askIn(joining: Joining, nodeId: string): Promise<Invitation> {
    try {
      return (await this.#deps.commands.send(nodeId, { type: joinCommand, request: joining })) as Invitation;
    } catch (error) {
      if (!(error instanceof OwnerUnreachableError)) throw error;
      throw new ConferenceUnreachableError(joining.name, `${nodeId} did not answer`);
    }
  }

  /** Calls of these nodes were in that conference when it lost its process. It is here now: they need not find out by the silence. */
  callAgain(of: ConferenceName, nodeIds: Iterable<string>): void {
    for (const nodeId of nodeIds) void this.#tell(nodeId, comeAgainCommand, of);
  }

  /** Another node has a call for a conference that is here. @throws ConferenceElsewhereError, ConferenceHasNoRoomError */
  async invite(joining: Joining): Promise<Invitation> {
    const { engine, host, address, newId, logger } = this.#deps;
    const sip = address();
    const conference = await host.find(joining);
    if (sip === undefined) throw new ConferenceUnreachableError(joining.name, 'its node does not listen yet');
    const { user, leg: coming } = engine.expect(newId('CA'), comingMs);
    const place = conference.keepPlace(joining);
    const sit = async () => {
      const leg = await coming;
      await leg?.answer();
      if (leg && leg.status !== 'ended') place.sit(leg, this.#lineTo(joining, leg));
    };
    sit()
      .catch((error: unknown) => {
        logger.warn({ err: error, callId: joining.callId }, 'A call of another node did not get into its conference.');
      })
      .finally(() => place.giveBack());
    return { conferenceId: conference.id, user, sip };
  }

  /** A call of another node leaves. */
  async leave({ callId, seatId, because, ...of }: Leaving): Promise<void> {
    (await this.#deps.host.find(of)).leave(callId, seatId, because);
  }

  /** What the conference tells a call of another node, one thing after another. */
  #lineTo({ callId, seatId, nodeId }: Joining, leg: LiveCall): SeatLine {
    let told: Promise<unknown> = Promise.resolve();
    const tell = (news: Omit<SeatNews, 'callId' | 'seatId'>) => {
      told = told.then(() => this.#tell(nodeId, seatCommand, { callId, seatId, ...news } satisfies SeatNews));
      return told;
    };
    return {
      announcing: false,
      legEndMeans: 'lost',
      tell: (waits) => void tell({ waits }),
      out: (because) => void tell({ out: because }).finally(() => leg.hangUp()),
      lost: () => leg.hangUp(),
    };
  }

  async #tell(nodeId: string, type: Told, request: object): Promise<void> {
    try {
      await this.#deps.commands.send(nodeId, { type, request });
    } catch (error) {
      this.#deps.logger.warn({ err: error, nodeId, command: type }, 'Another node was not told of its conference.');
    }
  }
}

/** `sip:user@10.0.0.5:5060;transport=udp` of `udp:10.0.0.5:5060`. */
function uriOf(user: string, address: string): string {
  const [transport, ...host] = address.split(':');
  return `sip:${user}@${host.join(':')};transport=${transport}`;
}

function answered(leg: LiveCall): Promise<boolean> {
  if (leg.status === 'answered' || leg.status === 'ended') return Promise.resolve(leg.status === 'answered');
  return new Promise((resolve) => {
    leg.events.once('answered', () => resolve(true));
    leg.events.once('ended', () => resolve(false));
  });
}
