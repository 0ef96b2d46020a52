import { sendRequest } from './client-request.js';
import { contactUri, type RequestDraft } from './compose.js';
import type { SipTarget } from './flow.js';
import type { SipResponse } from './parse/message.js';
import { parseNameAddr } from './parse/name-addr.js';
import { parseUri } from './parse/uri.js';
import type { RegisterOptions } from './sip-command.js';
import { SipSyntaxError } from './sip-errors.js';
import type { Stack } from './stack.js';
import type { TimerHandle } from './timer-queue.js';

/** Keeps us registered at a registrar (RFC 3261 10.2): refreshes in time, tries again after failures, leaves when told to. */
export class OutgoingRegistration {
  readonly id: string;
  readonly #stack: Stack;
  readonly #options: RegisterOptions;
  readonly #onGone: () => void;
  readonly #callId: string;
  #target: SipTarget;
  #routes: readonly string[];
  #contact: string;
  #cseq = 0;
  #expires: number;
  #failures = 0;
  #timer: TimerHandle | undefined;
  #busy = false;
  #leaving = false;
  #gone = false;

  constructor(stack: Stack, id: string, options: RegisterOptions, onGone: () => void) {
    this.#stack = stack;
    this.id = id;
    this.#options = options;
    this.#onGone = onGone;
    this.#callId = stack.token() + stack.token();
    this.#target = options.target;
    this.#routes = options.routes ?? [];
    this.#contact = contactUri(stack.settings, options.target, options.contactUser);
    this.#expires = options.expiresSeconds;
    this.#send();
  }

  /** Takes the registration back; `unregistered` follows when the registrar answered, or did not. */
  leave(): void {
    if (this.#leaving) return;
    this.#leaving = true;
    this.#stack.timers.cancel(this.#timer);
    if (!this.#busy) this.#send();
  }

  /** Leaves without a word: somebody else keeps it. */
  letGo(): void {
    this.#stack.timers.cancel(this.#timer);
    this.#gone = true;
    this.#onGone();
  }

  /** Registers at another server from now on (RFC 3263 4.3), and there at once unless later will do. */
  moveTo({ target, routes = [] }: Pick<RegisterOptions, 'target' | 'routes'>, when: 'now' | 'later'): void {
    this.#target = target;
    this.#routes = routes;
    this.#contact = contactUri(this.#stack.settings, target, this.#options.contactUser);
    if (this.#busy || this.#leaving || when === 'later') return;
    // One round over all servers is one failure.
    this.#failures = Math.max(0, this.#failures - 1);
    this.#stack.timers.cancel(this.#timer);
    this.#send();
  }

  #send(): void {
    this.#busy = true;
    const fromTag = this.#stack.token();
    const leaving = this.#leaving;
    const draft = (): RequestDraft => ({
      method: 'REGISTER',
      uri: this.#options.registrar,
      target: this.#target,
      routes: this.#routes,
      from: `<${this.#options.addressOfRecord}>;tag=${fromTag}`,
      to: `<${this.#options.addressOfRecord}>`,
      callId: this.#callId,
      cseq: ++this.#cseq,
      headers: [
        ['Contact', `<${this.#contact}>`],
        ['Expires', String(leaving ? 0 : this.#expires)],
      ],
    });
    sendRequest(this.#stack, draft, this.#options.credentials, (status, response) => {
      if (this.#gone) return;
      this.#busy = false;
      this.#answered(status, response, leaving);
    });
  }

  #answered(status: number, response: SipResponse | undefined, left: boolean): void {
    if (left) {
      this.#stack.emit({ type: 'registration', registrationId: this.id, state: 'unregistered', status });
      this.#onGone();
      return;
    }
    if (this.#leaving) {
      this.#send();
      return;
    }
    if (response && status < 300) {
      this.#failures = 0;
      const expiresSeconds = this.#granted(response);
      this.#stack.emit({ type: 'registration', registrationId: this.id, state: 'registered', status, expiresSeconds });
      // Early enough for one failed try before it lapses.
      this.#again(Math.max(1, expiresSeconds - Math.min(60, expiresSeconds / 4)) * 1000);
      return;
    }
    const minExpires = response?.numberHeader('min-expires');
    if (status === 423 && minExpires !== undefined && minExpires > this.#expires && minExpires <= 86_400) {
      this.#expires = minExpires;
      this.#send();
      return;
    }
    const retryAfterSeconds = response?.numberHeader('retry-after');
    this.#stack.emit({
      type: 'registration',
      registrationId: this.id,
      state: 'failed',
      status,
      ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
    });
    const first = this.#options.retryDelayMs ?? 30_000;
    const asked = (retryAfterSeconds ?? 0) * 1000;
    this.#again(Math.min(Math.max(first * 2 ** Math.min(this.#failures++, 4), asked), 3_600_000));
  }

  #again(delayMs: number): void {
    this.#timer = this.#stack.timers.set(delayMs, () => this.#send());
  }

  /** Seconds the registrar gave our contact: its `expires`, else Expires, else what we asked for (10.2.4). */
  #granted(response: SipResponse): number {
    const own = parseUri(this.#contact);
    for (const value of response.values('contact')) {
      try {
        const contact = parseNameAddr(value);
        const { user, host, port } = contact.uri;
        // A proxy of ours puts its own address there.
        const isHere = this.#routes.length > 0 || (host === own.host && (port ?? 5060) === (own.port ?? 5060));
        if (user !== own.user || !isHere) continue;
        const expires = contact.params.get('expires');
        if (expires !== undefined && /^\d{1,9}$/.test(expires)) return Math.max(1, Number(expires));
      } catch (error) {
        if (!(error instanceof SipSyntaxError)) throw error;
      }
    }
    return Math.max(1, response.numberHeader('expires') ?? this.#expires);
  }
}
