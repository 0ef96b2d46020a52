import type { Clock } from '@hookswitch/kernel/clock';
import type { Line, OpenLine } from '../../../net/tcp-line.js';
import { SwitchRefusedError, SwitchUnreachableError, UnsafeCommandError } from './esl-errors.js';
import { type EslEvent, eventOfFrame } from './esl-event.js';
import { type EslFrame, EslFrameParser } from './frame-parser.js';

export interface EslConnectionSettings {
  /** `host:port`, for error messages. */
  readonly address: string;
  readonly password: string;
  readonly open: OpenLine;
  readonly clock: Clock;
  /** A command without a reply for so long means that the connection is dead, milliseconds. */
  readonly replyTimeoutMs: number;
  readonly onEvent: (event: EslEvent) => void;
  /** Told once, when it is over, also where it never came up. */
  readonly onClosed: (why: string) => void;
}

interface Waiting {
  resolve(frame: EslFrame): void;
  reject(error: Error): void;
}

/**
 * One connection of the event socket, inbound mode. Replies come in the order of the commands; events may stand between a command and its reply. When it
 * closes, every command that waits is rejected.
 */
export class EslConnection {
  readonly #settings: EslConnectionSettings;
  readonly #parser = new EslFrameParser();
  readonly #line: Line;
  readonly #waiting: Waiting[] = [];
  readonly #greeting: Promise<EslFrame>;
  #cancelTimeout: (() => void) | undefined;
  #closedBecause: string | undefined;

  constructor(settings: EslConnectionSettings) {
    this.#settings = settings;
    this.#greeting = new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
    this.#line = settings.open({ bytes: (bytes) => this.#bytes(bytes), closed: (why) => this.#over(why) });
    this.#watch();
  }

  /** Commands without a reply. */
  get pending(): number {
    return this.#waiting.length;
  }

  /** Logs in. Rejects with `SwitchRefusedError` or `SwitchUnreachableError`. */
  async login(): Promise<void> {
    await this.#greeting;
    const reply = textOf(await this.#send(`auth ${this.#settings.password}`));
    if (!reply.startsWith('+OK')) throw new SwitchRefusedError(this.#settings.address, reply);
  }

  /** Events of these names from now on, in the plain form. */
  async subscribe(events: readonly string[]): Promise<void> {
    await this.#send(`event plain ${events.join(' ')}`);
  }

  /** Runs an API command; resolves with what it answers, `-ERR …` included. */
  async api(command: string): Promise<string> {
    return (await this.#send(`api ${command}`)).body.toString('utf8');
  }

  /** Runs an API command in the background; its answer comes as BACKGROUND_JOB with that id. */
  async bgapi(command: string, jobId: string): Promise<string> {
    return textOf(await this.#send(`bgapi ${command}`, [`Job-UUID: ${jobId}`]));
  }

  /** Has a channel run an application. */
  async execute(channelId: string, app: string, arg: string, eventId: string): Promise<string> {
    const lines = [
      'call-command: execute',
      `execute-app-name: ${app}`,
      `execute-app-arg: ${arg}`,
      `event-uuid: ${eventId}`,
    ];
    return textOf(await this.#send(`sendmsg ${channelId}`, lines));
  }

  /** Has the switch act on an event of ours, with a body. */
  async sendEvent(name: string, headers: readonly (readonly [string, string])[], body: string): Promise<void> {
    const lines = headers.map(([header, value]) => `${header}: ${value}`);
    await this.#send(`sendevent ${name}`, [...lines, `content-length: ${Buffer.byteLength(body)}`], body);
  }

  close(): void {
    this.#line.close();
    this.#over('we closed it');
  }

  #send(command: string, lines: readonly string[] = [], body = ''): Promise<EslFrame> {
    return new Promise((resolve, reject) => {
      const all = [command, ...lines];
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not pass
      if (all.some((line) => /[\x00-\x1f\x7f]/.test(line))) return reject(new UnsafeCommandError());
      if (this.#closedBecause !== undefined) return reject(this.#unreachable(this.#closedBecause));
      this.#waiting.push({ resolve, reject });
      if (this.#waiting.length === 1) this.#watch();
      this.#line.send(`${all.join('\n')}\n\n${body}`);
    });
  }

  #bytes(bytes: Buffer): void {
    try {
      for (const frame of this.#parser.push(bytes)) this.#frame(frame);
    } catch (error) {
      this.#line.close();
      this.#over(error instanceof Error ? error.message : String(error));
    }
  }

  #frame(frame: EslFrame) {
    if (this.#closedBecause !== undefined) return;
    switch (frame.type) {
      case 'auth/request':
      case 'command/reply':
      case 'api/response':
        this.#waiting.shift()?.resolve(frame);
        return this.#watch();
      case 'text/disconnect-notice':
      case 'text/rude-rejection':
        this.#line.close();
        return this.#over(frame.body.toString('utf8').split('\n')[0] || 'it does not let us in');
      default: {
        const event = eventOfFrame(frame);
        if (event) this.#settings.onEvent(event);
      }
    }
  }

  /** The oldest command without a reply has so long from now. */
  #watch(): void {
    this.#cancelTimeout?.();
    this.#cancelTimeout = undefined;
    if (this.#waiting.length === 0) return;
    this.#cancelTimeout = this.#settings.clock.after(this.#settings.replyTimeoutMs, () => {
      this.#line.close();
      this.#over('it does not answer');
    });
  }

  #over(why: string): void {
    if (this.#closedBecause !== undefined) return;
    this.#closedBecause = why;
    this.#cancelTimeout?.();
    for (const { reject } of this.#waiting.splice(0)) reject(this.#unreachable(why));
    this.#settings.onClosed(why);
  }

  #unreachable(why: string): SwitchUnreachableError {
    return new SwitchUnreachableError(this.#settings.address, why);
  }
}

function textOf(frame: EslFrame): string {
  return frame.headers.get('reply-text') ?? '';
}
