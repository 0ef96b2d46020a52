import type { OutboundRegistration, RegistrationChange } from '../../port/call-engine.js';
import type { SipTarget } from '../../sip/flow.js';
import { escapeUser, hostText, parseUri } from '../../sip/parse/uri.js';
import type { RegistrationChanged } from '../../sip/sip-event.js';
import { findHop, type HopFinder } from './find-hop.js';
import { silenceMs } from './server-locator.js';
import type { SipEdges, WayOut } from './sip-edges.js';
import type { SipStack } from './sip-stack.js';

interface Wanted {
  readonly asked: OutboundRegistration;
  registrationId: string | undefined;
  /** The server it is at, and those to try after it in this round. */
  at: SipTarget | undefined;
  others: readonly SipTarget[];
  /** Past which edges it goes. */
  way: WayOut;
  /** What forbids its registrar's address, told once. It is looked at again each time the list is set. */
  denied: string | undefined;
}

/** Keeps us registered where the product wants it. The user agent refreshes and tries again; here the list is followed. */
export class OutboundRegistrations {
  readonly #stack: SipStack;
  readonly #edges: SipEdges;
  readonly #onChange: (change: RegistrationChange) => void;
  /** By trunk: what was asked for, and the user agent's registration once its registrar has an address. */
  readonly #wanted = new Map<string, Wanted>();
  readonly #trunkOf = new Map<string, string>();
  readonly #refusal: HopFinder['refusal'];

  constructor(
    stack: SipStack,
    edges: SipEdges,
    refusal: HopFinder['refusal'],
    onChange: (change: RegistrationChange) => void,
  ) {
    this.#stack = stack;
    this.#edges = edges;
    this.#refusal = refusal;
    this.#onChange = onChange;
  }

  /** Replaces the list: what left it is unregistered, what changed is registered anew, what another node keeps is forgotten. */
  set(registrations: readonly OutboundRegistration[]): void {
    const next = new Map(registrations.map((each) => [each.trunkId, each]));
    for (const [trunkId, { asked }] of [...this.#wanted]) {
      const now = next.get(trunkId);
      if (now?.elsewhere) this.#letGo(trunkId);
      else if (!now || JSON.stringify(now) !== JSON.stringify(asked)) this.#drop(trunkId);
    }
    for (const asked of next.values()) {
      if (asked.elsewhere) continue;
      const wanted = this.#wanted.get(asked.trunkId);
      if (!wanted || wanted.denied !== undefined) void this.#begin(asked, wanted?.denied);
    }
  }

  /** The user agent tells how a registration stands. */
  changed(event: RegistrationChanged): void {
    const trunkId = this.#trunkOf.get(event.registrationId);
    if (trunkId === undefined) return;
    if (event.state === 'unregistered') this.#trunkOf.delete(event.registrationId);
    const entry = this.#wanted.get(trunkId);
    if (event.state === 'registered') {
      const server = entry?.at?.address;
      this.#onChange({ trunkId, state: 'registered', ...(server === undefined ? {} : { server }) });
      return;
    }
    if (event.state === 'failed' && this.#movesOn(trunkId, event)) return;
    const detail = event.state === 'failed' ? { detail: `SIP ${event.status}` } : {};
    this.#onChange({ trunkId, state: event.state, ...detail });
  }

  async #begin(asked: OutboundRegistration, deniedBefore: string | undefined): Promise<void> {
    const way = this.#edges.wayOut(this.#stack.now());
    const entry: Wanted = { asked, registrationId: undefined, at: undefined, others: [], denied: undefined, way };
    this.#wanted.set(asked.trunkId, entry);
    const { registrar, user, credentials, expiresSeconds, trunkId, namedBy } = asked;
    const { targets, denied } = await this.#find(asked);
    if (this.#wanted.get(trunkId) !== entry) return;
    if (denied !== undefined) {
      entry.denied = denied;
      if (denied !== deniedBefore) {
        this.#onChange({ trunkId, state: 'failed', detail: `denied: ${denied}, which is not allowed` });
      }
      return;
    }
    // Where the name has no address now, the user agent asks again each time it tries.
    const { host, port, scheme } = parseUri(registrar);
    const nowhere = { transport: 'udp', address: host, port: port ?? 5060, namedBy: namedBy ?? 'anybody' } as const;
    const [target = nowhere, ...others] = targets;
    Object.assign(entry, { at: target, others });
    const domain = hostText(host);
    entry.registrationId = this.#stack.do((agent, now) => {
      const id = agent.register(
        {
          ...this.#hop(entry, target),
          registrar: `${scheme}:${domain}`,
          addressOfRecord: `sip:${escapeUser(user)}@${domain}`,
          contactUser: user,
          credentials,
          expiresSeconds,
        },
        now,
      );
      this.#trunkOf.set(id, trunkId);
      return id;
    });
  }

  #find({ registrar, namedBy }: OutboundRegistration) {
    const locate: HopFinder['locate'] = (server) => this.#stack.locate(server);
    return findHop(registrar, namedBy, { locate, refusal: this.#refusal });
  }

  /**
   * Whether the next server is tried because this one did not serve: 503, no connection or silence (RFC 3263 4.3). After the last of them the failure is told,
   * and the user agent tries again in its time; by then the DNS may say something else.
   */
  #movesOn(trunkId: string, { status, retryAfterSeconds }: RegistrationChanged): boolean {
    const entry = this.#wanted.get(trunkId);
    if (!entry?.at || (status !== 503 && status !== 408)) return false;
    // An edge says 503 where the server is silent; one that is silent itself is passed over.
    if (status === 408 && entry.way.silent(this.#stack.now())) {
      this.#move(entry, entry.at, entry.others);
      return true;
    }
    this.#stack.locator.avoid(entry.at, retryAfterSeconds === undefined ? silenceMs : retryAfterSeconds * 1000);
    const [next, ...others] = entry.others;
    if (next) {
      this.#move(entry, next, others);
      return true;
    }
    void this.#newRound(trunkId, entry);
    return false;
  }

  /** What the DNS says by now is where the user agent tries next. */
  async #newRound(trunkId: string, entry: Wanted): Promise<void> {
    const { targets } = await this.#find(entry.asked);
    if (this.#wanted.get(trunkId) !== entry) return;
    entry.way = this.#edges.wayOut(this.#stack.now());
    const [first, ...others] = targets;
    if (first) this.#move(entry, first, others, 'later');
  }

  #move(entry: Wanted, at: SipTarget, others: readonly SipTarget[], when: 'now' | 'later' = 'now'): void {
    const { registrationId: id } = entry;
    Object.assign(entry, { at, others });
    const hop = this.#hop(entry, at);
    if (id !== undefined) this.#stack.do((agent, now) => agent.moveRegistration(id, hop, when, now));
  }

  #hop({ way, asked }: Wanted, server: SipTarget): { target: SipTarget; routes: readonly string[] } {
    const { target, routes = [] } = way.through({ target: server, uri: asked.registrar });
    return { target, routes };
  }

  #letGo(trunkId: string): void {
    const id = this.#wanted.get(trunkId)?.registrationId;
    this.#wanted.delete(trunkId);
    if (id === undefined) return;
    this.#trunkOf.delete(id);
    this.#stack.do((agent, now) => agent.letRegistrationGo(id, now));
  }

  #drop(trunkId: string): void {
    const entry = this.#wanted.get(trunkId);
    this.#wanted.delete(trunkId);
    const id = entry?.registrationId;
    if (id !== undefined) this.#stack.do((agent, now) => agent.unregister(id, now));
  }
}
