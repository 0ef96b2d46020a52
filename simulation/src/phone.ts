import type { Clock } from '@hookswitch/kernel/clock';
import { silentLogger } from '@hookswitch/kernel/logger';
import { SipStack } from '@hookswitch/media/drivers/embedded/sip-stack';
import type { HeaderList, SipCredentials } from '@hookswitch/media/sip/sip-command';
import type { SipEvent } from '@hookswitch/media/sip/sip-event';
import { defaultSipTimers } from '@hookswitch/media/sip/sip-settings';
import type { Chance } from './chance.js';
import type { LinePlan } from './line-plan.js';
import type { Deaf, MortalNetwork } from './mortal-network.js';
import { PhoneLine } from './phone-line.js';

export interface PhoneParts {
  readonly name: string;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly network: MortalNetwork;
  readonly deaf: Deaf;
  readonly address: string;
  readonly soundEveryMs: number;
  /** What it does when it is called. */
  readonly planCallee: (chance: Chance) => LinePlan;
  readonly note: (who: string, what: string) => void;
}

/** A phone, a PBX or a carrier with a SIP stack of its own. */
export class Phone {
  readonly name: string;
  readonly #parts: PhoneParts;
  readonly #stack: SipStack;
  readonly #lines = new Map<string, PhoneLine>();
  readonly #early = new Map<string, SipEvent[]>();
  #registration: string | undefined;
  #mediaPort = 20_000;
  #calls = 0;

  constructor(parts: PhoneParts) {
    this.#parts = parts;
    this.name = parts.name;
    this.#stack = new SipStack({
      network: parts.network,
      clock: parts.clock,
      logger: silentLogger,
      userAgent: {
        timers: defaultSipTimers,
        sessionTimer: { expiresSeconds: 0, minSeSeconds: 90 },
        userAgent: 'Phone',
        random: parts.chance.random,
      },
      hostTowards: () => parts.address,
      connectionCaps: {},
      admits: () => true,
      onEvent: (event) => this.#take(event),
    });
  }

  async open(): Promise<this> {
    await this.#stack.open([{ transport: 'udp', address: this.#parts.address, port: 5060 }]);
    return this;
  }

  /** Calls that are up or coming up. */
  get lines(): number {
    return this.#lines.size;
  }

  /** What its SIP stack holds. */
  gauges() {
    return this.#stack.gauges();
  }

  /** Calls `user` at a node. */
  async call(
    node: string,
    call: {
      from: string;
      user: string;
      plan: LinePlan;
      headers?: HeaderList;
      credentials?: SipCredentials;
      onOver?: () => void;
    },
  ): Promise<PhoneLine> {
    const line = await this.#open(call.plan, call.onOver);
    this.#stack.do((agent, now) => {
      const sessionId = agent.invite(
        {
          target: { transport: 'udp', address: node, port: 5060 },
          uri: `sip:${call.user}@${node}`,
          from: `sip:${call.from}@${call.credentials ? node : this.#parts.address}`,
          contactUser: call.from,
          sdp: line.offer(),
          ...(call.headers ? { headers: call.headers } : {}),
          ...(call.credentials ? { credentials: call.credentials } : {}),
        },
        now,
      );
      this.#lines.set(sessionId, line);
      line.calling(sessionId);
    });
    return line;
  }

  /** Registers and stays so until `unregister`. */
  register(node: string, username: string, password: string): void {
    this.#registration = this.#stack.do((agent, now) =>
      agent.register(
        {
          target: { transport: 'udp', address: node, port: 5060 },
          registrar: `sip:${node}`,
          addressOfRecord: `sip:${username}@${node}`,
          contactUser: username,
          credentials: { username, password },
          expiresSeconds: 600,
          retryDelayMs: 2000,
        },
        now,
      ),
    );
  }

  /** Takes its registration back. */
  unregister(): void {
    const registration = this.#registration;
    if (registration !== undefined) this.#stack.do((agent, now) => agent.unregister(registration, now));
    this.#registration = undefined;
  }

  /** A datagram that is no SIP. */
  garbage(node: string): void {
    const bytes = Buffer.from(this.#parts.chance.random.bytes(this.#parts.chance.between(1, 300)));
    this.#send(node, bytes);
  }

  hangUpAll(): void {
    for (const line of this.#lines.values()) line.hangUp('is switched off');
  }

  async close(): Promise<void> {
    for (const line of this.#lines.values()) line.close();
    this.#lines.clear();
    await this.#stack.close();
  }

  #send(node: string, bytes: Buffer): void {
    void this.#parts.network
      .bind(this.#parts.address, 5999, { onDatagram: () => {}, onError: () => {} })
      .then((socket) => {
        socket.send(bytes, bytes.length, 5060, node);
        socket.close();
      });
  }

  #take(event: SipEvent): void {
    if (event.type === 'invite') {
      this.#early.set(event.sessionId, []);
      void this.#open(this.#parts.planCallee(this.#parts.chance)).then((line) => {
        this.#lines.set(event.sessionId, line);
        this.#parts.note(line.name, `is called by ${event.request.from.uri.user}`);
        line.ring(event);
        for (const early of this.#early.get(event.sessionId) ?? []) line.handle(early);
        this.#early.delete(event.sessionId);
      });
    } else if (event.type === 'request') {
      this.#stack.do((agent, now) => agent.respond(event.requestId, 200, {}, now));
    } else if ('sessionId' in event) {
      const early = this.#early.get(event.sessionId);
      if (early) early.push(event);
      else {
        const line = this.#lines.get(event.sessionId);
        line?.handle(event);
        if (event.type === 'ended') this.#lines.delete(event.sessionId);
        else if (!line && event.type === 'reinvite') {
          this.#stack.do((agent, now) => agent.respond(event.requestId, 481, {}, now));
        }
      }
    }
  }

  async #open(plan: LinePlan, onOver?: () => void): Promise<PhoneLine> {
    const port = this.#mediaPort;
    this.#mediaPort = port >= 60_000 ? 20_000 : port + 2;
    const name = `${this.#parts.name}/${++this.#calls}`;
    const line: PhoneLine = await PhoneLine.open({
      ...this.#parts,
      name,
      plan,
      port,
      stack: this.#stack,
      note: (what) => this.#parts.note(name, what),
      onOver: () => {
        this.#lines.delete(line.sessionId);
        onOver?.();
      },
    });
    return line;
  }
}
