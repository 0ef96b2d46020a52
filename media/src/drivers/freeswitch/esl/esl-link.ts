import type { Clock } from '@hookswitch/kernel/clock';
import { Emitter, type Listenable } from '@hookswitch/kernel/emitter';
import type { Logger } from '@hookswitch/kernel/logger';
import type { OpenLine } from '../../../net/tcp-line.js';
import { EslConnection } from './esl-connection.js';
import { SwitchUnreachableError } from './esl-errors.js';
import type { EslEvent } from './esl-event.js';

export interface EslLinkSettings {
  /** `host:port`, for messages. */
  readonly address: string;
  readonly password: string;
  readonly open: OpenLine;
  /** Names of the events to be told. */
  readonly events: readonly string[];
  readonly clock: Clock;
  readonly logger: Logger;
  readonly timing: EslTiming;
}

export interface EslTiming {
  /** A command without a reply for so long means a dead connection, milliseconds. */
  readonly replyTimeoutMs: number;
  /** How often an idle connection is asked whether it lives, milliseconds. */
  readonly pingMs: number;
  /** First and longest wait before another try to connect, milliseconds; it doubles from one to the other. */
  readonly retryMs: number;
  readonly retryMaxMs: number;
}

export const defaultEslTiming: EslTiming = { replyTimeoutMs: 10_000, pingMs: 5_000, retryMs: 250, retryMaxMs: 5_000 };

export type EslLinkEvents = {
  event: [event: EslEvent];
  /** Connected and logged in; also the first time. Commands pass. */
  up: [];
  /** The connection fell. What happens in the switch from now on is not told. */
  down: [why: string];
};

/** The one connection to a switch, made again whenever it falls. */
export class EslLink {
  readonly #settings: EslLinkSettings;
  readonly #events: Emitter<EslLinkEvents>;
  #connection: EslConnection | undefined;
  #isUp = false;
  #stopped = false;
  #tries = 0;
  #cancelTimer: (() => void) | undefined;

  constructor(settings: EslLinkSettings) {
    this.#settings = settings;
    this.#events = new Emitter((error, event) =>
      settings.logger.error({ err: error, event }, 'an event of FreeSWITCH could not be handled'),
    );
  }

  get events(): Listenable<EslLinkEvents> {
    return this.#events;
  }

  get isUp(): boolean {
    return this.#isUp;
  }

  /** Commands without a reply. */
  get pending(): number {
    return this.#connection?.pending ?? 0;
  }

  /** The first connection. Rejects where it cannot be made; nothing is tried again then. */
  async start(): Promise<void> {
    try {
      await this.#connect();
    } catch (error) {
      this.stop();
      throw error;
    }
  }

  stop(): void {
    this.#stopped = true;
    this.#isUp = false;
    this.#cancelTimer?.();
    this.#connection?.close();
  }

  /** Gives the connection up and makes another: what it was to be used for at its start failed. */
  drop(): void {
    this.#connection?.close();
  }

  /** See `EslConnection.api`. Rejects with `SwitchUnreachableError` while there is no connection. */
  api(command: string): Promise<string> {
    return this.#up((connection) => connection.api(command));
  }

  bgapi(command: string, jobId: string): Promise<string> {
    return this.#up((connection) => connection.bgapi(command, jobId));
  }

  execute(channelId: string, app: string, arg: string, eventId: string): Promise<string> {
    return this.#up((connection) => connection.execute(channelId, app, arg, eventId));
  }

  /** See `EslConnection.sendEvent`. */
  sendEvent(name: string, headers: readonly (readonly [string, string])[], body: string): Promise<void> {
    return this.#up((connection) => connection.sendEvent(name, headers, body));
  }

  #up<Answer>(run: (connection: EslConnection) => Promise<Answer>): Promise<Answer> {
    if (this.#connection && this.#isUp) return run(this.#connection);
    return Promise.reject(new SwitchUnreachableError(this.#settings.address, 'there is no connection'));
  }

  async #connect(): Promise<void> {
    const { address, password, open, clock, timing, events } = this.#settings;
    const connection = new EslConnection({
      address,
      password,
      open,
      clock,
      replyTimeoutMs: timing.replyTimeoutMs,
      onEvent: (event) => this.#events.emit('event', event),
      onClosed: (why) => this.#closed(connection, why),
    });
    this.#connection = connection;
    await connection.login();
    await connection.subscribe(events);
    this.#tries = 0;
    this.#isUp = true;
    this.#ping();
    this.#events.emit('up');
  }

  #closed(connection: EslConnection, why: string): void {
    if (this.#connection !== connection) return;
    this.#connection = undefined;
    this.#cancelTimer?.();
    const wasUp = this.#isUp;
    this.#isUp = false;
    if (this.#stopped) return;
    if (wasUp) {
      this.#settings.logger.error({ address: this.#settings.address, why }, 'the connection to FreeSWITCH fell');
      this.#events.emit('down', why);
      this.#later();
    }
  }

  #later(): void {
    const { retryMs, retryMaxMs } = this.#settings.timing;
    const delayMs = Math.min(retryMaxMs, retryMs * 2 ** Math.min(10, this.#tries));
    this.#tries += 1;
    this.#cancelTimer = this.#settings.clock.after(delayMs, () => {
      this.#connect().catch((error: unknown) => {
        this.#connection?.close();
        this.#connection = undefined;
        this.#settings.logger.warn({ err: error, tries: this.#tries }, 'FreeSWITCH cannot be reached; trying again');
        if (!this.#stopped) this.#later();
      });
    });
  }

  /** A connection may be dead without a word: an answer is asked for now and then, and its lack closes it. */
  #ping(): void {
    this.#cancelTimer = this.#settings.clock.after(this.#settings.timing.pingMs, () => {
      void this.api('echo ping').catch(() => undefined);
      if (this.#isUp) this.#ping();
    });
  }
}
