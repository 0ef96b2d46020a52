import type { Clock } from '@hookswitch/kernel/clock';
import type { Logger } from '@hookswitch/kernel/logger';
import { Turns } from '@hookswitch/kernel/turns';
import { connectUnixSocket, type SocketConnection, type SocketListener } from '../../../../net/unix-socket.js';
import type { AudioRef } from '../../../../port/sound.js';
import type { MediaPlane } from '../media-plane.js';
import { withSound } from '../plane-sounds.js';
import { betweenClosesMs, RemoteMediaPlane } from '../remote-media-plane.js';
import { FrameError, FrameReader, FrameWriter } from './frames.js';
import { SentSounds } from './sent-sounds.js';
import { type ControlMessage, type PlaneSocketMessage, protocolVersion } from './socket-messages.js';

/** How often the plane is looked for while it is not there, milliseconds. */
const retryMs = 250;
/** How often it is asked whether it still answers, and how many questions without an answer mean that it does not. */
const pingMs = 2_000;
const mostUnanswered = 5;

export interface ProcessMediaPlaneSettings {
  /** The Unix socket of the media process. */
  readonly path: string;
  /** One node controls a plane at a time; a later process of the same node takes its place. */
  readonly nodeId: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Another process of this node took the plane: this one must end, for the calls are the other's. */
  readonly onReplaced: () => void;
  /** Default: the machine's own sockets. */
  readonly connect?: typeof connectUnixSocket;
}

/**
 * A media plane in a process of its own (`startMediaPlaneServer`), which outlives this one. It is connected to with the first `takeOver` or `open`, not before: whoever connects
 * takes it from a process of the same name. From then on it is looked for again and again while it is not there.
 */
export interface ProcessMediaPlane {
  readonly plane: MediaPlane;
  /** Connects, as the first command does. Resolves once it was looked for. */
  connect(): Promise<void>;
}

export function createProcessMediaPlane(settings: ProcessMediaPlaneSettings): ProcessMediaPlane {
  return new PlaneLink(settings);
}

/** Keeps the connection to the media process. */
class PlaneLink implements ProcessMediaPlane, SocketListener {
  readonly plane: RemoteMediaPlane;
  readonly #settings: ProcessMediaPlaneSettings;
  #connection: SocketConnection | undefined;
  #reader!: FrameReader;
  #writer!: FrameWriter;
  #isUp = false;
  #logged: string | undefined;
  #unanswered = 0;
  #cancelTimer = () => {};
  #looked: Promise<void> | undefined;
  #foundOrNot = () => {};
  #over = false;
  #replaced = false;
  /** Why it does not take us, where it said so. */
  #refusal: string | undefined;

  constructor(settings: ProcessMediaPlaneSettings) {
    this.#settings = settings;
    this.plane = new RemoteMediaPlane('it is not connected yet', {
      end: async () => this.#end('we stopped'),
      decided: () => this.connect(),
      closing: new Turns(settings.clock, betweenClosesMs),
    });
  }

  connect(): Promise<void> {
    this.#looked ??= new Promise((resolve) => {
      this.#foundOrNot = resolve;
      this.#open();
    });
    return this.#looked;
  }

  bytes(bytes: Buffer): void {
    try {
      this.#reader.take(bytes);
    } catch (error) {
      if (!(error instanceof FrameError)) throw error;
      this.#connection?.close(`it answers with ${error.message}`);
    }
  }

  closed(why: string): void {
    this.#cancelTimer();
    // The calls are another process's: nothing of them is lost.
    if (this.#replaced) return;
    const whyNot = this.#refusal ?? sentence(why);
    this.#refusal = undefined;
    this.plane.lost(whyNot);
    this.#foundOrNot();
    if (this.#over) return;
    this.#log(whyNot);
    this.#isUp = false;
    this.#cancelTimer = this.#settings.clock.after(retryMs, () => this.#open());
  }

  #open(): void {
    this.#reader = new FrameReader({
      messages: (list) => {
        for (const message of list) this.#message(message as PlaneSocketMessage);
      },
      samples: () => {
        throw new FrameError('samples');
      },
    });
    const { connect = connectUnixSocket, path, nodeId } = this.#settings;
    const connection = connect(path, this);
    this.#connection = connection;
    this.#writer = new FrameWriter((bytes) => connection.send(bytes));
    this.#writer.say({ kind: 'hello', version: protocolVersion, nodeId } satisfies ControlMessage);
    this.#unanswered = 0;
    this.#pingLater();
  }

  #message(message: PlaneSocketMessage): void {
    this.#unanswered = 0;
    switch (message.kind) {
      case 'welcome':
        this.#welcome();
        return;
      case 'refused':
        this.#refusal = message.why;
        return;
      case 'replaced':
        this.#replaced = true;
        this.#end('another process of this node took it');
        this.#settings.onReplaced();
        return;
      case 'pong':
        this.plane.setStopping(message.stopping);
        return;
      default:
        this.plane.hear(message);
    }
  }

  #welcome(): void {
    const writer = this.#writer;
    const sounds = new SentSounds(writer);
    const named = (sound: AudioRef) => sounds.named(sound);
    this.plane.attach({ post: (command) => writer.say(withSound(command, named)) });
    this.#isUp = true;
    this.#logged = undefined;
    this.#settings.logger.info({ socket: this.#settings.path }, 'the media process is there');
    this.#foundOrNot();
  }

  /** A pause of our own is no pause of the plane: unanswered questions count, not time. */
  #pingLater(): void {
    this.#cancelTimer = this.#settings.clock.after(pingMs, () => {
      if (this.#unanswered >= mostUnanswered) {
        this.#connection?.close('it does not answer');
        return;
      }
      this.#unanswered++;
      if (this.#isUp) this.#writer.say({ kind: 'ping' } satisfies ControlMessage);
      this.#pingLater();
    });
  }

  #log(why: string): void {
    if (this.#logged === why) return;
    this.#logged = why;
    const what = this.#isUp ? 'the media process is lost: its calls are ended' : 'the media process is not there yet';
    this.#settings.logger.error({ socket: this.#settings.path, why }, what);
  }

  #end(why: string): void {
    this.#over = true;
    this.#cancelTimer();
    this.#connection?.close(why);
  }
}

function sentence(why: string): string {
  if (why === 'ENOENT' || why === 'ECONNREFUSED') return `nobody listens there (${why}); start one with ROLES=media`;
  if (why === 'the other side closed it') return 'its process ended, or closed the connection';
  if (why === 'EACCES') return 'its socket belongs to another user';
  return why;
}
