import type { LiveRecord } from '../live-records.js';

/** The nodes that own something live, counted as records come and go. */
export class NodeCounts {
  readonly #counts = new Map<string, number>();

  get nodes(): Iterable<string> {
    return this.#counts.keys();
  }

  change(before: LiveRecord | undefined, after: LiveRecord | undefined): void {
    for (const nodeId of nodesOf(after)) this.#counts.set(nodeId, (this.#counts.get(nodeId) ?? 0) + 1);
    for (const nodeId of nodesOf(before)) {
      const left = (this.#counts.get(nodeId) ?? 0) - 1;
      if (left > 0) this.#counts.set(nodeId, left);
      else this.#counts.delete(nodeId);
    }
  }

  clear(): void {
    this.#counts.clear();
  }
}

function nodesOf(record: LiveRecord | undefined): readonly string[] {
  if (!record) return [];
  if (record.kind !== 'agent') return [record.nodeId];
  const { contactNodeId, clients } = record;
  const nodes = clients.map(({ nodeId }) => nodeId);
  return contactNodeId === undefined ? nodes : [...nodes, contactNodeId];
}
