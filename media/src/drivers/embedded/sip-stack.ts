import { isIP, isIPv6 } from 'node:net';
import { type Clock, steadyClock } from '@hookswitch/kernel/clock';
import type { Logger } from '@hookswitch/kernel/logger';
import type { SipNetwork, SipSocket } from '../../net/sip-network.js';
import { ListenError } from '../../port/engine-errors.js';
import type { Flow, SipTarget, Transport } from '../../sip/flow.js';
import type { LocatedServer, ServerName } from '../../sip/locate/locate-servers.js';
import { OverloadControl } from '../../sip/overload-control.js';
import type { SipEvent, SipOutput } from '../../sip/sip-event.js';
import { defaultSipLimits, type SipSettings } from '../../sip/sip-settings.js';
import { SipUserAgent } from '../../sip/user-agent.js';
import type { ListenAddress } from './embedded-settings.js';
import { ServerLocator } from './server-locator.js';

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
  readonly onConnectionClosed?: (connectionId: string) => void;
  /** What forbids sending there, once the target's name has this address. Default: nothing. */
  readonly refusal?: (target: SipTarget, address: string) => string | undefined;
}

/** Joins the SIP user agent to sockets and a clock: packets in, packets out, one timer. */
export class SipStack {
  readonly #settings: SipStackSettings;
  /** Where servers are, and which are tried last. */
  readonly locator: ServerLocator;
  /** Which servers asked us to hold back. */
  readonly overload = new OverloadControl();
  readonly #sockets: SipSocket[] = [];
  /** What was asked for, by the server its name led to. */
  readonly #asked = new WeakMap<SipTarget, SipTarget>();
  /** The other way round: a transaction stays with one server, its CANCEL and the ACK to a failure too (RFC 3263 4.3). */
  readonly #chosen = new WeakMap<SipTarget, Promise<SipTarget | undefined>>();
  readonly #userAgent: SipUserAgent;
  /** A clock put on or back neither fires a timer of SIP nor stops one. */
  readonly #clock: Clock;
  #draining = false;
  #armed: { at: number; cancel: () => void } | undefined;
  #closed = false;

  constructor(settings: SipStackSettings) {
    this.#settings = settings;
    this.#clock = steadyClock(settings.clock);
    this.locator = new ServerLocator(settings.network.dns, settings.clock, settings.userAgent.random, () =>
      preferred.filter((each) => this.#sockets.some(({ transport }) => transport === each)),
    );
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
    for (const { transport, address, port, tls, origins } of listen) {
      try {
        const socket = await this.#settings.network.listen(
          {
            transport,
            address,
            port,
            caps: this.#settings.connectionCaps,
            ...(tls ? { tls } : {}),
            ...(origins ? { origins } : {}),
          },
          {
            packet: (bytes, flow) => this.#packet(bytes, flow),
            connectionClosed: (id) => {
              this.do((agent, now) => agent.connectionClosed(id, now));
              this.#settings.onConnectionClosed?.(id);
            },
            sendFailed: (target) => {
              if (target.connectionId === undefined) this.locator.avoid(target);
              const asked = this.#asked.get(target) ?? target;
              this.#chosen.delete(asked);
              this.do((agent, now) => agent.targetFailed(asked, now));
            },
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

  /** The servers a name leads to, in the order to try. */
  locate(server: ServerName): Promise<readonly LocatedServer[]> {
    return this.locator.locate(server);
  }

  /** Host under which a peer reaches us. */
  hostTowards(remoteAddress: string): string {
    return this.#settings.hostTowards(remoteAddress);
  }

  /** Whether a listener of ours has this port. */
  listensOn(port: number): boolean {
    return this.#sockets.some((socket) => socket.port === port);
  }

  /** The clock of the user agent, milliseconds; nobody sets it. */
  now(): number {
    return this.#clock.now();
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
      else if (output.kind === 'unserved') this.#unserved(output.target);
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
    if (isIP(target.address) !== 0) return this.#sendTo(target, bytes);
    let chosen = this.#chosen.get(target);
    if (!chosen) this.#chosen.set(target, (chosen = this.#choose(target)));
    void chosen.then((server) => {
      if (this.#closed) return;
      if (server) return this.#sendTo(server, bytes);
      this.#chosen.delete(target);
      this.#failed(target);
    });
  }

  /** The server that a name leads to. One that is refused refuses them all: nobody sound names it beside others. */
  async #choose(target: SipTarget): Promise<SipTarget | undefined> {
    const { address: host, port, defaultPort, transport } = target;
    const located = await this.locator.locate({ host, transport, port: defaultPort ? undefined : port });
    const refused = located.some(({ address }) => this.#settings.refusal?.(target, address) !== undefined);
    const server = located.find((each) => this.#listenerFor(transport, each.address));
    if (!server || refused) return undefined;
    const chosen = { ...target, ...server };
    this.#asked.set(chosen, target);
    return chosen;
  }

  #unserved(target: SipTarget) {
    void this.#chosen.get(target)?.then((server) => {
      if (server) this.locator.avoid(server);
    });
  }

  #sendTo(target: SipTarget, bytes: Buffer) {
    const refused = this.#settings.refusal?.(target, target.address) !== undefined;
    const socket = refused ? undefined : this.#socketFor(target);
    if (socket) socket.send(target, bytes);
    else this.#failed(this.#asked.get(target) ?? target);
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

/** What is used where a domain does not say (RFC 3263 4.1). */
const preferred: readonly Transport[] = ['udp', 'tcp', 'tls'];

function hostPort(address: string, port: number): string {
  return isIPv6(address) ? `[${address}]:${port}` : `${address}:${port}`;
}
