import type { Clock } from '@hookswitch/kernel/clock';
import type { Logger } from '@hookswitch/kernel/logger';
import type { SocketConnection, SocketListener } from '../../../../net/unix-socket.js';
import type { ControlSeat, PlaneKeeper } from '../plane-keeper.js';
import type { CommandMessage } from '../plane-messages.js';
import { withSound } from '../plane-sounds.js';
import { servePlane } from '../serve-plane.js';
import { FrameError, FrameReader, FrameWriter } from './frames.js';
import { readCommand } from './read-command.js';
import { ReceivedSounds } from './received-sounds.js';
import { type PlaneSocketMessage, protocolVersion, type SoundByNumber } from './socket-messages.js';

/** A control must say who it is in this time, milliseconds. */
const helloMs = 5_000;
/** One that leaves so much unread is stuck, bytes. */
const mostUnread = 16 * 1024 * 1024;

export interface ControlSurroundings {
  readonly keeper: PlaneKeeper;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** One control's connection, on the plane's side. Whatever it says that a control would not say ends it, and nothing else. */
export class ControlConnection implements SocketListener {
  readonly #connection: SocketConnection;
  readonly #around: ControlSurroundings;
  readonly #reader: FrameReader;
  readonly #writer: FrameWriter;
  readonly #sounds = new ReceivedSounds();
  readonly #cancelHello: () => void;
  #nodeId: string | undefined;
  #seat: ControlSeat | undefined;
  #take: (command: CommandMessage) => void = () => undefined;
  #over = false;

  constructor(connection: SocketConnection, around: ControlSurroundings) {
    this.#connection = connection;
    this.#around = around;
    this.#writer = new FrameWriter((bytes) => connection.send(bytes));
    this.#reader = new FrameReader({
      messages: (list) => {
        for (const message of list) if (!this.#over) this.#message(message);
      },
      samples: (soundId, bytes) => {
        if (!this.#sounds.samples(soundId, bytes)) throw new FrameError('samples of no sound');
      },
    });
    this.#cancelHello = around.clock.after(helloMs, () => this.#broken('it did not say who it is'));
  }

  bytes(bytes: Buffer): void {
    if (this.#over) return;
    try {
      this.#reader.take(bytes);
    } catch (error) {
      // Whatever somebody says, the calls of others go on.
      if (!(error instanceof FrameError))
        this.#around.logger.error({ err: error }, 'a fault of ours in what a control said');
      this.#broken(error instanceof FrameError ? error.message : 'it could not be read');
    }
  }

  closed(why: string): void {
    this.#over = true;
    this.#cancelHello();
    if (!this.#seat) return;
    this.#seat.leave();
    const legsOpen = this.#around.keeper.orphans;
    this.#around.logger[legsOpen > 0 ? 'warn' : 'info']({ nodeId: this.#nodeId, why, legsOpen }, 'a control is gone');
  }

  #message(message: unknown): void {
    const { kind } = (message ?? {}) as { kind?: unknown };
    if (!this.#seat) {
      if (kind !== 'hello') throw new FrameError('something else than a hello first');
      this.#hello(message as object);
    } else if (kind === 'ping') this.#say({ kind: 'pong', stopping: this.#around.keeper.stopping });
    else if (kind === 'sound') ruled(this.#sounds.begins(message as object), 'a sound that is none');
    else if (kind === 'forget') ruled(this.#sounds.forget((message as { soundId?: unknown }).soundId), 'no such sound');
    else this.#command(message);
  }

  #command(message: unknown): void {
    const command = readCommand(message);
    if (!command) throw new FrameError('a command that is none');
    this.#take(
      withSound<SoundByNumber>(command, ({ soundId }) => {
        const sound = this.#sounds.get(soundId);
        ruled(sound !== undefined, 'no such sound');
        return sound;
      }),
    );
  }

  #hello({ version, nodeId }: { version?: unknown; nodeId?: unknown }): void {
    this.#cancelHello();
    if (version !== protocolVersion) {
      this.#refuse(
        `it speaks version ${protocolVersion} of our protocol, this process ${typeof version === 'number' ? version : 'none'}; both need the same release`,
      );
      return;
    }
    if (typeof nodeId !== 'string' || nodeId === '' || nodeId.length > 200) throw new FrameError('a hello of nobody');
    try {
      this.#seat = this.#around.keeper.seat(nodeId, () => this.#replaced());
    } catch (error) {
      this.#refuse((error as Error).message);
      return;
    }
    this.#nodeId = nodeId;
    this.#around.logger.info({ nodeId, legsOpen: this.#around.keeper.orphans }, 'a control came');
    this.#say({ kind: 'welcome' });
    this.#take = servePlane(this.#seat.plane, (answer) => this.#say(answer));
  }

  #say(message: PlaneSocketMessage): void {
    if (this.#over) return;
    this.#writer.say(message);
    if (this.#connection.waiting > mostUnread) this.#broken('it does not read');
  }

  #replaced(): void {
    this.#around.logger.warn({ nodeId: this.#nodeId }, 'another process of the same node took the plane');
    this.#end({ kind: 'replaced' });
  }

  #refuse(why: string): void {
    this.#around.logger.warn({ why }, 'a control was refused');
    this.#end({ kind: 'refused', why });
  }

  /** Says a last word. */
  #end(message: PlaneSocketMessage): void {
    this.#say(message);
    this.#over = true;
    this.#writer.flush();
    this.#connection.close(message.kind, { atOnce: false });
  }

  #broken(why: string): void {
    this.#around.logger.error({ nodeId: this.#nodeId, why }, 'a control broke the rules; its connection is closed');
    this.#over = true;
    this.#connection.close(why);
  }
}

function ruled(holds: boolean, otherwise: string): void {
  if (!holds) throw new FrameError(otherwise);
}
