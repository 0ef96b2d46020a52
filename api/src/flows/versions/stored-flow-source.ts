import type { Clock } from '@hookswitch/kernel/clock';
import { LRUCache } from 'lru-cache';
import type { FlowRef } from '../../call-records/flow-ref.js';
import { ShortCache } from '../../store/short-cache.js';
import { parseFlow } from '../document/parse-flow.js';
import type { ParsedFlow } from '../document/parsed-flow.js';
import type { Flow, FlowSource, FlowVersion, RunnableFlow } from '../flow.js';
import { FlowNotFoundError, FlowNotPublishedError } from '../flow-errors.js';
import type { FlowStores } from '../flow-stores.js';

/** What is kept of documents, in characters of their JSON. Parsed they take some five times as many bytes. */
const keptCharacters = 32_000_000;

/**
 * Flows from the stores. Which version is live, and which versions there are, counts for a second; what a version says never changes, and is parsed once for all calls
 * that run it.
 */
export class StoredFlowSource implements FlowSource {
  readonly #stores: FlowStores;
  readonly #flows: ShortCache<Flow | undefined>;
  readonly #versions: ShortCache<FlowVersion | undefined>;
  readonly #parsed = new LRUCache<string, { readonly flow: Promise<ParsedFlow>; readonly size: number }>({
    maxSize: keptCharacters,
    sizeCalculation: ({ size }) => size,
  });

  constructor(stores: FlowStores, clock: Clock, cacheMs = 1000) {
    const keep = { keepMs: Math.min(1000, cacheMs) };
    this.#stores = stores;
    this.#flows = new ShortCache(clock, keep);
    this.#versions = new ShortCache(clock, keep);
  }

  async find(accountId: string, { flowId, version: asked }: FlowRef): Promise<RunnableFlow> {
    const flow = await this.#flows.get(`${accountId} ${flowId}`, () => this.#stores.flows.get(accountId, flowId));
    if (!flow) throw new FlowNotFoundError(flowId);
    const number = asked ?? flow.liveVersion;
    if (number === undefined) throw new FlowNotPublishedError(flowId);
    const version = await this.#versions.get(`${accountId} ${flowId} ${number}`, () =>
      this.#stores.flowVersions.findOne(accountId, { flowId, number }),
    );
    if (!version) throw new FlowNotFoundError(flowId, number);
    return { flowId, name: flow.name, version: number, flow: await this.#parsedFlow(version) };
  }

  async #parsedFlow({ accountId, id, flowId, number }: FlowVersion): Promise<ParsedFlow> {
    const known = this.#parsed.get(id);
    if (known) return known.flow;
    const stored = await this.#stores.flowDocuments.get(accountId, id);
    if (!stored) throw new FlowNotFoundError(flowId, number);
    // Somebody else may have read it meanwhile.
    const meanwhile = this.#parsed.get(id);
    if (meanwhile) return meanwhile.flow;
    const flow = parseFlow(JSON.parse(stored.json));
    this.#parsed.set(id, { flow, size: stored.json.length });
    flow.catch(() => this.#parsed.delete(id));
    return flow;
  }
}
