import { Emitter, type Listenable } from '@hookswitch/kernel/emitter';
import type { DialRequest } from '../../port/call-engine.js';
import type { CallFacts, Headers, LiveCall } from '../../port/live-call.js';
import type { FakeFarEnd } from './fake-far-end.js';
import { type FarEndScript, refuses } from './far-end-script.js';

/** A call that somebody out there makes to us. */
export interface PlacedCall {
  readonly from: string;
  readonly fromDisplayName?: string;
  readonly to: string;
  readonly toHost?: string;
  /** Who it comes from. Undefined: somebody unknown, who is refused without our being told. */
  readonly source: { readonly kind: 'trunk' | 'endpoint'; readonly id: string } | undefined;
  readonly headers?: Headers;
  /** What a trusted trunk, or a phone, says of who calls. */
  readonly identity?: Pick<CallFacts, 'hidden' | 'withheld' | 'preferredIdentity' | 'diversions'>;
  /** Codecs it offers. Default PCMU and PCMA. */
  readonly codecs?: readonly string[];
  /** What it does once answered. */
  readonly script?: Pick<FarEndScript, 'afterAnswer'>;
  /** The leg whose place it asks to take (Replaces, RFC 3891). */
  readonly replaces?: { readonly leg: LiveCall; readonly earlyOnly?: boolean };
  /** Gives up when not answered in time, milliseconds. */
  readonly cancelAfterMs?: number;
}

export type FakeNetworkEvents = {
  /** The engine rang a far end. */
  dialled: [farEnd: FakeFarEnd, request: DialRequest];
};

/** What is out there for a fake engine: phones by number, registered phones by endpoint, proxies and registrars by host. */
export class FakeNetwork {
  readonly #events = new Emitter<FakeNetworkEvents>();
  readonly #byAddress = new Map<string, FarEndScript>();
  readonly #byEndpoint = new Map<string, { readonly script: FarEndScript }[]>();
  readonly #hosts = new Map<string, 'unreachable' | 'overloaded' | 'refusing'>();
  readonly #place: (call: PlacedCall) => FakeFarEnd;
  readonly #bindingChanged: (endpointId: string, state: 'registered' | 'unregistered') => void;
  #otherwise: FarEndScript = refuses(404);

  constructor(
    place: (call: PlacedCall) => FakeFarEnd,
    bindingChanged: (endpointId: string, state: 'registered' | 'unregistered') => void,
  ) {
    this.#place = place;
    this.#bindingChanged = bindingChanged;
  }

  get events(): Listenable<FakeNetworkEvents> {
    return this.#events;
  }

  /** What happens at a dialled address from now on: `user`, `user@host` or `user@host:port`; the longest that fits counts. */
  phone(address: string, script: FarEndScript): void {
    this.#byAddress.set(address, script);
  }

  /** What happens where nobody said anything. At first: 404. */
  otherwise(script: FarEndScript): void {
    this.#otherwise = script;
  }

  /** A phone registers for an endpoint; several may. Returns what unregisters it. */
  register(endpointId: string, script: FarEndScript): () => void {
    const mine = { script };
    this.#byEndpoint.set(endpointId, [...(this.#byEndpoint.get(endpointId) ?? []), mine]);
    this.#bindingChanged(endpointId, 'registered');
    return () => {
      const all = this.#byEndpoint.get(endpointId) ?? [];
      const left = all.filter((each) => each !== mine);
      if (left.length === all.length) return;
      if (left.length > 0) this.#byEndpoint.set(endpointId, left);
      else this.#byEndpoint.delete(endpointId);
      this.#bindingChanged(endpointId, 'unregistered');
    };
  }

  /** How a host (proxy, registrar or the target's own) behaves: no connection, 503 to all, or a registrar that says no. */
  host(host: string, behaviour: 'up' | 'unreachable' | 'overloaded' | 'refusing'): void {
    if (behaviour === 'up') this.#hosts.delete(host);
    else this.#hosts.set(host, behaviour);
  }

  /** Somebody calls us. What they hear, press and say is at the far end that is returned. */
  call(call: PlacedCall): FakeFarEnd {
    return this.#place(call);
  }

  /** Scripts of the phones registered for an endpoint. Asked by the engine. */
  bindings(endpointId: string): readonly FarEndScript[] {
    return (this.#byEndpoint.get(endpointId) ?? []).map(({ script }) => script);
  }

  /** The script behind a SIP address. Asked by the engine. */
  scriptFor(address: { user: string; host: string; port: string }): FarEndScript {
    const { user, host, port } = address;
    const names = [`${user}@${host}:${port}`, `${user}@${host}`, user];
    const known = names.map((name) => this.#byAddress.get(name)).find((script) => script !== undefined);
    return known ?? this.#otherwise;
  }

  /** How a host behaves, by `host` or `host:port`. Asked by the engine. */
  hostState(address: { host: string; port: string }): 'up' | 'unreachable' | 'overloaded' | 'refusing' {
    return this.#hosts.get(`${address.host}:${address.port}`) ?? this.#hosts.get(address.host) ?? 'up';
  }

  /** A far end was rung. Told by the engine. */
  announce(farEnd: FakeFarEnd, request: DialRequest): void {
    this.#events.emit('dialled', farEnd, request);
  }
}

/** Takes a SIP URI apart: `sip:user@host:port;…`. Missing parts are ''. */
export function parseAddress(uri: string): { user: string; host: string; port: string } {
  const match = /^(?:sips?:)?(?:([^@;]*)@)?(\[[^\]]*\]|[^:;?]*)(?::(\d+))?/.exec(uri);
  return { user: match?.[1] ?? '', host: match?.[2] ?? '', port: match?.[3] ?? '5060' };
}
