import type { SipTarget } from './flow.js';
import type { SipResponse } from './parse/message.js';
import type { Via } from './parse/via.js';

/** Via parameters by which a client says that it holds back when asked to (RFC 7339 4.1, 4.2): by loss, which everybody must know. */
export const overloadOffer = ';oc;oc-algo="loss"';

/** What a server asks for. */
export interface OverloadReport {
  /** Requests to hold back, 0 to 1. */
  readonly share: number;
  /** For so long, milliseconds. 0: no more. */
  readonly validityMs: number;
  /** Grows with each report; what is older does not count. 0 where none was given. */
  readonly sequence: number;
}

/** What the Via of an answer to us asks for (RFC 7339 4.1 to 4.4); undefined where nothing that we offered. */
export function readOverload({ params }: Pick<Via, 'params'>): OverloadReport | undefined {
  const percent = params.get('oc') ?? '';
  const algorithm = params.get('oc-algo')?.toLowerCase() ?? 'loss';
  if (!/^\d{1,3}$/.test(percent) || Number(percent) > 100 || algorithm !== 'loss') return undefined;
  const validity = params.get('oc-validity') ?? '';
  const sequence = params.get('oc-seq') ?? '';
  return {
    share: Number(percent) / 100,
    validityMs: /^\d{1,9}$/.test(validity) ? Number(validity) : 500,
    sequence: /^\d{1,12}(\.\d{1,9})?$/.test(sequence) ? Number(sequence) : 0,
  };
}

/** Servers remembered; who asked longest ago is forgotten first. */
const most = 4_000;
/** No server holds us back for longer at a time, milliseconds. */
const longestMs = 600_000;

interface Held {
  readonly share: number;
  readonly until: number;
  readonly sequence: number;
}

/** How much each server asked us to hold back (RFC 7339 5.3). Pure: time and chance are given. */
export class OverloadControl {
  readonly #servers = new Map<string, Held>();

  /** An answer of that server to a request that offered it. */
  learn(server: SipTarget, response: SipResponse | undefined, now: number): void {
    const report = response && readOverload(response.via);
    if (!report) return;
    const key = keyOf(server);
    const known = this.#servers.get(key);
    if (known && report.sequence < known.sequence) return;
    this.#servers.delete(key);
    if (this.#servers.size >= most) this.#servers.delete(this.#servers.keys().next().value!);
    const until = now + Math.min(report.validityMs, longestMs);
    this.#servers.set(key, { share: report.share, until, sequence: report.sequence });
  }

  /** Whether a new call to that server is one of those to hold back. `chance`: from 0 to 1, 1 not reached. */
  holdsBack(server: SipTarget, now: number, chance: () => number): boolean {
    const held = this.#servers.get(keyOf(server));
    return held !== undefined && held.until > now && chance() < held.share;
  }
}

function keyOf({ transport, address, port }: SipTarget): string {
  return `${transport} ${address} ${port}`;
}
