import { isIP, isIPv6 } from 'node:net';
import type { Clock } from '@hookswitch/kernel/clock';
import type { Logger } from '@hookswitch/kernel/logger';
import type { SipNetwork, SipSocket } from '../../net/sip-network.js';
import { ListenError } from '../../port/engine-errors.js';
import type { Flow, SipTarget } from '../../sip/flow.js';
import type { SipEvent, SipOutput } from '../../sip/sip-event.js';
import { defaultSipLimits, type SipSettings } from '../../sip/sip-settings.js';
import { SipUserAgent } from '../../sip/user-agent.js';
import type { ListenAddress } from './embedded-settings.js';
import { NameCache } from './name-cache.js';

export interface SipStackSettings {
  readonly network: SipNetwork;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly userAgent: Omit<SipSettings, 'limits' | 'advertise'>;
  /** Host under which a peer at `remoteAddress` reaches us. */
  readonly hostTowards: (remoteAddress: string) => string;
  readonly connectionCaps: NonNullable<Parameters<SipNetwork['listen']>[0]['caps']>;
  /** Whether a request from there is taken at all. Asked for each packet that is no answer. */
  readonly admits: (flow: Flow, now: number) => boolean;
  readonly onEvent: (event: SipEvent) => void;
  /** What forbids sending there, once the target's name has this address. Default: nothing. */
  readonly refusal?: (target: SipTarget, address: string) => string | undefined;
}

/** Joins the SIP user agent to sockets and a clock: packets in, packets out, one timer. */
export class SipStack {
  readonly #settings: SipStackSettings;
  readonly #names: NameCache;
  readonly #sockets: SipSocket[] = [];
  /** What was asked for, by what its name was resolved to. */
  readonly #asked = new WeakMap<SipTarget, SipTarget>();
  readonly #userAgent: SipUserAgent;
  #now = 0;
  /** Added to the clock, so that a clock put back never goes back here. */
  #shift = 0;
  #draining = false;
  #armed: { at: number; cancel: () => void } | undefined;
  #closed = false;

  constructor(settings: SipStackSettings) {
    this.#settings = settings;
    this.#names = new NameCache(settings.network, settings.clock);
    this.#userAgent = new SipUserAgent({
      ...settings.userAgent,
      limits: defaultSipLimits,
      advertise: (transport, remoteAddress) => ({
        host: settings.hostTowards(remoteAddress),
        port: this.#listenerFor(transport, remoteAddress)?.port ?? (transport === 'tls' ? 5061 : 5060),
      }),
    });
  }

  /** Opens every listener, or none: rejects with `ListenError` for the first that fails. */
  async open(listen: readonly ListenAddress[]): Promise<readonly string[]> {
    for (const { transport, address, port, tls } of listen) {
      try {
        const socket = await this.#settings.network.listen(
          { transport, address, port, caps: this.#settings.connectionCaps, ...(tls ? { tls } : {}) },
          {
            packet: (bytes, flow) => this.#packet(bytes, flow),
            connectionClosed: (id) => this.do((agent, now) => agent.connectionClosed(id, now)),
            sendFailed: (target) => this.do((agent, now) => agent.targetFailed(this.#asked.get(target) ?? target, now)),
          },
        );
        this.#sockets.push(socket);
      } catch (error) {
        await this.close();
        throw new ListenError(`${transport}:${hostPort(address, port)}`, error);
      }
    }
    return this.#sockets.map(({ transport, address, port }) => `${transport}:${hostPort(address, port)}`);
  }

  /** Gives the user agent a command and does what it then wants done. */
  do<Result>(command: (agent: SipUserAgent, now: number) => Result): Result {
    const result = command(this.#userAgent, this.now());
    this.#drain();
    return result;
  }

  /** Addresses of a host name, for choosing targets. */
  resolve(host: string): Promise<readonly string[]> {
    return this.#names.resolve(host);
  }

  /** Host under which a peer reaches us. */
  hostTowards(remoteAddress: string): string {
    return this.#settings.hostTowards(remoteAddress);
  }

  /** The clock of the user agent, milliseconds; never goes back. */
  now(): number {
    const now = this.#settings.clock.now() + this.#shift;
    if (now < this.#now) this.#shift += this.#now - now;
    else this.#now = now;
    return this.#now;
  }

  /** What the user agent holds; nothing once closed. */
  gauges(): { readonly dialogs: number; readonly transactions: number; readonly timers: number } {
    return this.#closed ? { dialogs: 0, transactions: 0, timers: 0 } : this.#userAgent.gauges();
  }

  /** Timers of ours: one while the user agent waits for something. */
  get timers(): number {
    return this.#armed ? 1 : 0;
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#armed?.cancel();
    this.#armed = undefined;
    await Promise.all(this.#sockets.splice(0).map((socket) => socket.close()));
  }

  #packet(bytes: Buffer, flow: Flow): void {
    if (this.#closed) return;
    const now = this.now();
    // Answers start with "SIP/2.0"; those that belong to nothing are dropped by the user agent at no cost.
    const isAnswer = bytes[0] === 0x53 && bytes[3] === 0x2f;
    if (!isAnswer && !this.#settings.admits(flow, now)) return;
    try {
      this.#userAgent.handlePacket(bytes, flow, now);
    } catch (error) {
      // Nothing a peer sends should come here; if it does, it costs that message and no call.
      this.#settings.logger.error({ err: error }, 'a SIP message could not be handled');
    }
    this.#drain();
  }

  #drain(): void {
    if (this.#draining || this.#closed) return;
    this.#draining = true;
    try {
      for (let output = this.#userAgent.poll(); output; output = this.#userAgent.poll()) {
        this.#carryOut(output);
      }
    } finally {
      this.#draining = false;
    }
    this.#arm();
  }

  #carryOut(output: SipOutput): void {
    try {
      if (output.kind === 'send') this.#send(output.target, output.bytes);
      else if (output.kind === 'event') this.#settings.onEvent(output.event);
      else for (const socket of this.#sockets) socket.closeConnection(output.connectionId);
    } catch (error) {
      // A fault in handling one event must not keep the others from being handled.
      this.#settings.logger.error({ err: error, output: output.kind }, 'what the SIP stack wanted could not be done');
    }
  }

  #arm(): void {
    const next = this.#closed ? undefined : this.#userAgent.nextTimeout();
    if (next === undefined) {
      this.#armed?.cancel();
      this.#armed = undefined;
      return;
    }
    // One that fires early only looks and waits again, which is cheaper than moving it with each packet.
    if (this.#armed && this.#armed.at <= next) return;
    this.#armed?.cancel();
    const cancel = this.#settings.clock.after(Math.max(0, next - this.now()), () => {
      this.#armed = undefined;
      try {
        this.do((agent, now) => agent.handleTimeout(now));
      } catch (error) {
        this.#settings.logger.error({ err: error }, 'a SIP timer could not be handled');
        this.#arm();
      }
    });
    this.#armed = { at: next, cancel };
  }

  #send(target: SipTarget, bytes: Buffer) {
    if (isIP(target.address) !== 0) return this.#sendTo(target, [target.address], bytes);
    const known = this.#names.known(target.address);
    if (known) return this.#sendTo(target, known, bytes);
    void this.#names.resolve(target.address).then((addresses) => {
      if (!this.#closed) this.#sendTo(target, addresses, bytes);
    });
  }

  /** Sends to the first of the addresses that a socket of ours reaches. One that is refused refuses them all: nobody sound names it beside others. */
  #sendTo(target: SipTarget, addresses: readonly string[], bytes: Buffer) {
    const address = addresses.find((each) => this.#listenerFor(target.transport, each));
    const refused = addresses.some((each) => this.#settings.refusal?.(target, each) !== undefined);
    if (address === undefined || refused) return this.#failed(target);
    const proven = target.transport === 'tls' ? { serverName: target.address } : {};
    const resolved = address === target.address ? target : { ...target, address, ...proven };
    if (resolved !== target) this.#asked.set(resolved, target);
    const socket = this.#socketFor(resolved);
    if (socket) socket.send(resolved, bytes);
    else this.#failed(target);
  }

  #failed(target: SipTarget) {
    this.#settings.logger.debug({ transport: target.transport }, 'no way to send there');
    this.#settings.clock.after(0, () => {
      if (!this.#closed) this.do((agent, now) => agent.targetFailed(target, now));
    });
  }

  #socketFor(target: SipTarget): SipSocket | undefined {
    const { localPort, localAddress, transport } = target;
    if (this.#sockets.length === 1 && this.#sockets[0]!.transport === transport) return this.#sockets[0];
    const sameTransport = this.#sockets.filter((socket) => socket.transport === transport);
    return (
      sameTransport.find((socket) => socket.port === localPort && socket.address === localAddress) ??
      this.#listenerFor(transport, target.address)
    );
  }

  #listenerFor(transport: SipTarget['transport'], remoteAddress: string): SipSocket | undefined {
    const wantsV6 = isIPv6(remoteAddress);
    const sameTransport = this.#sockets.filter((socket) => socket.transport === transport);
    return (
      sameTransport.find((socket) => isIPv6(socket.address) === wantsV6) ??
      sameTransport.find((socket) => socket.address === '::' || isIP(remoteAddress) === 0)
    );
  }
}

function hostPort(address: string, port: number): string {
  return isIPv6(address) ? `[${address}]:${port}` : `${address}:${port}`;
}
