import type { Clock } from '@hookswitch/kernel/clock';
import { silentLogger } from '@hookswitch/kernel/logger';
import type { Random } from '@hookswitch/kernel/random';
import type { MediaNetwork } from '@hookswitch/media/drivers/embedded/media-plane/media-network';
import { SipStack } from '@hookswitch/media/drivers/embedded/sip-stack';
import type { SipNetwork, TlsIdentity } from '@hookswitch/media/net/sip-network';
import type { SipTarget } from '@hookswitch/media/sip/flow';
import type { AudioCodec } from '@hookswitch/media/sip/sdp/audio-negotiation';
import type { SipCredentials } from '@hookswitch/media/sip/sip-command';
import type { SipEvent } from '@hookswitch/media/sip/sip-event';
import { defaultSipTimers } from '@hookswitch/media/sip/sip-settings';
import type { CalleeScript } from './call-world.js';
import { SipFarEnd } from './sip-far-end.js';

export interface SipPhoneParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly network: SipNetwork;
  readonly media: MediaNetwork;
  readonly transport: 'udp' | 'tcp' | 'tls';
  /** TLS only: whose certificates are believed is not looked at where it says so. */
  readonly tls?: TlsIdentity;
  readonly codecs?: readonly AudioCodec[];
  /** Our address; loopback on a real network. */
  readonly address: string;
  /** 0 for any free port. */
  readonly port: number;
  /** First of the media ports this phone may use. */
  readonly mediaPort: number;
}

/** A phone (or a carrier) with its own SIP stack and media: takes calls by its script, and makes some. */
export class SipPhone {
  readonly calls: SipFarEnd[] = [];
  readonly #parts: SipPhoneParts;
  readonly #script: CalleeScript;
  readonly #stack: SipStack;
  readonly #bySession = new Map<string, SipFarEnd>();
  /** What came of calls whose media is not open yet. */
  readonly #early = new Map<string, SipEvent[]>();
  #port = 0;
  #mediaPort: number;

  constructor(parts: SipPhoneParts, script: CalleeScript = {}) {
    this.#parts = parts;
    this.#script = script;
    this.#mediaPort = parts.mediaPort;
    this.#stack = new SipStack({
      network: parts.network,
      clock: parts.clock,
      logger: silentLogger,
      userAgent: {
        timers: { ...defaultSipTimers, t1: 50, t2: 400, t4: 100, d: 200 },
        sessionTimer: { expiresSeconds: 0, minSeSeconds: 90 },
        userAgent: 'Phone',
        random: parts.random,
      },
      hostTowards: () => parts.address,
      connectionCaps: {},
      admits: () => true,
      onEvent: (event) => this.#take(event),
    });
  }

  get port(): number {
    return this.#port;
  }

  async open(): Promise<this> {
    const { address, port, transport, tls } = this.#parts;
    const [where] = await this.#stack.open([{ transport, address, port, ...(tls ? { tls } : {}) }]);
    this.#port = Number(where!.split(':').at(-1));
    return this;
  }

  /** Calls `to` at the engine that listens on that address and port. */
  async call(
    engine: { address: string; port: number },
    call: {
      from: string;
      to: string;
      headers: [string, string][];
      offer: 'usual' | 'encrypted' | 'unknown-codec' | 'none';
      credentials?: SipCredentials;
    },
  ): Promise<SipFarEnd> {
    const far = await this.#farEnd();
    const target: SipTarget = { transport: this.#parts.transport, ...engine };
    const offers = {
      usual: () => far.offer(),
      encrypted: () => far.encryptedOffer(),
      'unknown-codec': () => far.unknownCodecOffer(),
      none: () => undefined,
    };
    const sdp = offers[call.offer]();
    this.#stack.do((agent, now) => {
      const sessionId = agent.invite(
        {
          target,
          uri: `sip:${call.to}@${engine.address}:${engine.port}`,
          from: `sip:${call.from}@${this.#parts.address}`,
          contactUser: call.from,
          headers: call.headers,
          ...(call.credentials ? { credentials: call.credentials } : {}),
          ...(sdp === undefined ? {} : { sdp }),
        },
        now,
      );
      far.begin(sessionId, sdp !== undefined);
      this.#bySession.set(sessionId, far);
    });
    return far;
  }

  /** Registers under that name, and keeps registered. What is returned unregisters. */
  register(server: { address: string; port: number }, credentials: SipCredentials): () => void {
    const registrar = `sip:${server.address}:${server.port}`;
    const options = {
      target: { transport: this.#parts.transport, ...server },
      registrar,
      addressOfRecord: `sip:${credentials.username}@${server.address}`,
      contactUser: credentials.username,
      credentials,
      expiresSeconds: 600,
    };
    const id = this.#stack.do((agent, now) => agent.register(options, now));
    return () => void this.#stack.do((agent, now) => agent.unregister(id, now));
  }

  async close(): Promise<void> {
    for (const far of [...this.#bySession.values()]) far.close();
    await this.#stack.close();
  }

  #take(event: SipEvent): void {
    if (event.type === 'invite') {
      this.#early.set(event.sessionId, []);
      void this.#farEnd().then((far) => {
        this.#bySession.set(event.sessionId, far);
        this.calls.push(far);
        far.ring(event, this.#script);
        for (const early of this.#early.get(event.sessionId) ?? []) far.handle(early);
        this.#early.delete(event.sessionId);
      });
    } else if ('sessionId' in event) {
      const early = this.#early.get(event.sessionId);
      if (early) early.push(event);
      else this.#bySession.get(event.sessionId)?.handle(event);
    } else if (event.type === 'response') {
      for (const far of this.#bySession.values()) far.handle(event);
    } else if (event.type === 'request') {
      this.#stack.do((agent, now) => agent.respond(event.requestId, 200, {}, now));
    }
  }

  async #farEnd(): Promise<SipFarEnd> {
    const port = this.#mediaPort;
    this.#mediaPort += 2;
    return SipFarEnd.open({ ...this.#parts, stack: this.#stack, port });
  }
}
