import type { Binding, SipDirectory } from '../../port/sip-directory.js';

/** Which phones registered over which connection, so that their bindings end with it (RFC 5626 4.3: a flow that failed reaches nobody). */
export class FlowBindings {
  readonly #directory: SipDirectory;
  readonly #endpointsOf = new Map<string, Set<string>>();
  /** Registrations under way, by connection, and whether that closed meanwhile. */
  readonly #underWay = new Map<string, { count: number; closed: boolean }>();

  constructor(directory: SipDirectory) {
    this.#directory = directory;
  }

  /** A registration begins on this connection, which is open. What is returned ends it, and answers whether the connection closed meanwhile. */
  begin(connectionId: string | undefined): () => boolean {
    if (connectionId === undefined) return () => false;
    const work = this.#underWay.get(connectionId) ?? { count: 0, closed: false };
    this.#underWay.set(connectionId, work);
    work.count += 1;
    return () => {
      work.count -= 1;
      if (work.count === 0) this.#underWay.delete(connectionId);
      return work.closed;
    };
  }

  /** The endpoint has bindings on these flows. */
  remember(endpointId: string, bindings: readonly Binding[]): void {
    for (const { flow } of bindings) {
      if (flow === undefined) continue;
      const endpoints = this.#endpointsOf.get(flow) ?? new Set();
      this.#endpointsOf.set(flow, endpoints.add(endpointId));
    }
  }

  /** A connection closed: removes what was bound to it and nothing else. Answers the endpoints whose last binding that was. */
  async closed(connectionId: string): Promise<readonly string[]> {
    const work = this.#underWay.get(connectionId);
    if (work) work.closed = true;
    const endpoints = this.#endpointsOf.get(connectionId);
    this.#endpointsOf.delete(connectionId);
    const unreachable: string[] = [];
    for (const endpointId of endpoints ?? []) {
      const bindings = await this.#directory.bindings(endpointId);
      // A phone that came back meanwhile has the same contact on another flow.
      const gone = bindings.filter(({ flow }) => flow === connectionId);
      for (const { contact } of gone) await this.#directory.removeBinding(endpointId, contact);
      if (gone.length > 0 && gone.length === bindings.length) unreachable.push(endpointId);
    }
    return unreachable;
  }
}
