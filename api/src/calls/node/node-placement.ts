import { BaseError } from '@hookswitch/kernel/base-error';
import type { Clock } from '@hookswitch/kernel/clock';
import { OwnerUnreachableError } from '../../nodes/index.js';
import type { NodeLeases, NodeState } from '../../nodes/node-leases.js';
import { ShortCache } from '../../store/short-cache.js';
import { CallLimitError, NoMediaNodeError } from '../call-errors.js';
import { chooseNode, takingCalls } from './choose-node.js';

/** Nodes say how they are only every few seconds, so that the calls of a moment may go by one look. Milliseconds. */
const keepMs = 100;
const nodesKey = 'nodes';
/** With these a node says that it has not placed the call, and will not. */
const refusals: readonly string[] = ['shutting-down', 'node-calls-limit'];

export interface NodePlacementSettings {
  readonly leases: Pick<NodeLeases, 'alive'>;
  readonly clock: Clock;
  /** This process's own node, where it has an engine: it comes first while it takes calls. */
  readonly local?: { readonly nodeId: string; readonly takesCalls: () => boolean } | undefined;
}

/** Finds nodes for new calls: by load, never one that drains, and another where the first refuses. */
export class NodePlacement {
  readonly #settings: NodePlacementSettings;
  readonly #nodes: ShortCache<readonly NodeState[]>;
  /** Calls given to a node since the report of that time. */
  readonly #given = new Map<string, { readonly reportedAt: number; readonly calls: number }>();

  constructor(settings: NodePlacementSettings) {
    this.#settings = settings;
    this.#nodes = new ShortCache(settings.clock, { keepMs });
  }

  /**
   * Has a node place the call. On another one where the first refuses new calls or gave up its lease since we looked; not where it is only silent, since it may place the call yet.
   * @throws NoMediaNodeError, CallLimitError (every node is full), or what the last node said
   */
  async place<Result>(onNode: (nodeId: string) => Promise<Result>): Promise<Result> {
    const tried = new Set<string>();
    let said: unknown;
    for (;;) {
      const nodeId = await this.#next(tried, said);
      tried.add(nodeId);
      try {
        return await onNode(nodeId);
      } catch (error) {
        this.#nodes.forget(nodesKey);
        if (!(await this.#placedNothing(nodeId, error))) throw error;
        said = error;
      }
    }
  }

  async #next(tried: ReadonlySet<string>, said: unknown): Promise<string> {
    const { local } = this.#settings;
    if (local && !tried.has(local.nodeId) && local.takesCalls()) return local.nodeId;
    const nodes = await this.#alive();
    const others = nodes.filter(({ nodeId }) => !tried.has(nodeId) && nodeId !== local?.nodeId);
    const chosen = chooseNode(others, (node) => this.#givenTo(node));
    if (chosen) {
      this.#given.set(chosen.nodeId, {
        reportedAt: chosen.media?.reportedAt ?? 0,
        calls: this.#givenTo(chosen) + 1,
      });
      return chosen.nodeId;
    }
    if (said !== undefined) throw said;
    throw takingCalls(nodes).length > 0 ? new CallLimitError('node-calls-limit') : new NoMediaNodeError();
  }

  #alive(): Promise<readonly NodeState[]> {
    return this.#nodes.get(nodesKey, async () => {
      const nodes = await this.#settings.leases.alive();
      const ids = new Set(nodes.map(({ nodeId }) => nodeId));
      for (const nodeId of this.#given.keys()) if (!ids.has(nodeId)) this.#given.delete(nodeId);
      return nodes;
    });
  }

  #givenTo({ nodeId, media }: NodeState): number {
    const given = this.#given.get(nodeId);
    return given && given.reportedAt === media?.reportedAt ? given.calls : 0;
  }

  async #placedNothing(nodeId: string, error: unknown): Promise<boolean> {
    if (error instanceof BaseError && refusals.includes(error.code)) return true;
    if (!(error instanceof OwnerUnreachableError)) return false;
    return !(await this.#alive()).some((node) => node.nodeId === nodeId);
  }
}
