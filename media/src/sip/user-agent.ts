import type { Flow, SipTarget } from './flow.js';
import type {
  HangUpOptions,
  HeaderList,
  InviteOptions,
  RegisterOptions,
  RequestOptions,
  ResponseOptions,
} from './sip-command.js';
import type { SipOutput } from './sip-event.js';
import type { SipSettings } from './sip-settings.js';

/** How much a user agent holds. All are zero when it has nothing to do. */
export interface SipGauges {
  /** Sessions whose `ended` has not come yet. */
  readonly sessions: number;
  /** Dialogs, early and confirmed, those being torn down included. */
  readonly dialogs: number;
  readonly transactions: number;
  readonly timers: number;
  /** INVITEs that came in and have no final answer (for the half-open cap). */
  readonly halfOpen: number;
}

/**
 * A SIP user agent without I/O: transactions (RFC 3261 17, RFC 6026), dialogs (12), INVITE sessions with their timers (13, 14, RFC 4028), digest as a
 * client, registrations of ours. It opens no socket, reads no clock and makes no chance of its own.
 *
 * Put something in (`handlePacket`, `handleTimeout`, a command), then call `poll` until it answers undefined, then wait for a packet or for
 * `nextTimeout`. All times are milliseconds of one clock that never goes back. No method throws on anything a peer sent; commands about a session or a
 * request that is over do nothing and answer false.
 */
export class SipUserAgent {
  readonly settings: SipSettings;

  constructor(settings: SipSettings) {
    this.settings = settings;
  }

  /** A datagram, or the next bytes of a connection. Several messages, part messages and keep-alives are sorted out here. */
  handlePacket(_bytes: Buffer, _flow: Flow, _now: number): void {}

  /** Fires what is due. Harmless when nothing is. */
  handleTimeout(_now: number): void {}

  /** When `handleTimeout` wants to be called, or undefined. */
  nextTimeout(): number | undefined {
    return undefined;
  }

  /** The next thing to do, or undefined. */
  poll(): SipOutput | undefined {
    return undefined;
  }

  /** Something could not be sent there: no connection, no name, port unreachable. Client transactions towards it end with 503 (RFC 3261 8.1.3.1). */
  targetFailed(_target: SipTarget, _now: number): void {}

  /** A connection closed. Part messages of it are forgotten; requests waiting for an answer on it fail as with `targetFailed`. */
  connectionClosed(_connectionId: string, _now: number): void {}

  /** While set, new INVITEs are refused with 503 and Retry-After before anything is kept of them; requests within dialogs pass (RFC 7339 in spirit). */
  setOverload(_retryAfterSeconds: number | undefined): void {}

  /** Answers a request: an initial INVITE, a re-INVITE, any other. False where it is over (answered, cancelled, timed out). */
  respond(_requestId: string, _status: number, _options: ResponseOptions, _now: number): boolean {
    return false;
  }

  /** Starts a call. Answers its session id. */
  invite(_options: InviteOptions, _now: number): string {
    return '';
  }

  /** Acknowledges the 2xx to an INVITE of ours that had no offer, with our answer. */
  acknowledge(_sessionId: string, _sdp: string, _now: number): boolean {
    return false;
  }

  /**
   * Ends a session in whatever state it is: CANCEL (held back until a provisional came), BYE (held back until the ACK came), or a failure response.
   * `ended` comes at once; what is left to do on the wire goes on unseen.
   */
  hangUp(_sessionId: string, _options: HangUpOptions, _now: number): boolean {
    return false;
  }

  /** Offers a new description within an answered session (hold, resume). Waits for one under way; glare is tried again (RFC 3261 14.1). */
  reinvite(_sessionId: string, _sdp: string, _now: number): boolean {
    return false;
  }

  /** Sends a request within a session: INFO with a body. Answers its request id (its answer comes as `response`), or undefined. */
  requestWithin(
    _sessionId: string,
    _method: string,
    _options: { headers?: HeaderList; body?: { contentType: string; content: string } },
    _now: number,
  ): string | undefined {
    return undefined;
  }

  /** Sends a request outside a dialog. Answers its request id. */
  request(_options: RequestOptions, _now: number): string {
    return '';
  }

  /** Registers us and keeps it up. Answers the registration's id. */
  register(_options: RegisterOptions, _now: number): string {
    return '';
  }

  /** Takes a registration back (Expires: 0). */
  unregister(_registrationId: string, _now: number): boolean {
    return false;
  }

  gauges(): SipGauges {
    return { sessions: 0, dialogs: 0, transactions: 0, timers: 0, halfOpen: 0 };
  }
}
