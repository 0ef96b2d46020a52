import type { NodeLeases } from '../../nodes/node-leases.js';
import type { SkillGroupNews } from '../../skill-groups/skill-group-news.js';
import type { RoutingLease } from '../routing-lease.js';
import { DeadNodes } from './dead-nodes.js';
import { AccountRouter, type RouteAccountDeps } from './route-account.js';

/** A lease outlives four lost renewals; with the beat it takes 2 s at most until another process routes, and 3 s on a machine that has much to do. */
export const routingLeaseMs = 1500;
export const routingBeatMs = 300;
/** Every so many beats: the accounts are listed again (a notice may have been missed), and dead nodes looked for. */
const beatsPerLook = 7;

export interface RoutingNodeSettings extends RouteAccountDeps {
  /** Unique to this process. */
  readonly nodeId: string;
  readonly lease: RoutingLease;
  /** Which nodes live: what dead ones own is ended. */
  readonly leases: Pick<NodeLeases, 'alive'>;
  /** Which groups' records were changed, in any process. */
  readonly skillGroupNews: Pick<SkillGroupNews, 'subscribe'>;
}

/**
 * The `routing` role of a process: routes the calls of every account whose lease it holds. An account is routed by one process at a time; it takes an account nobody has when something of it first becomes
 * live, or when the lease of a dead process runs out.
 */
export class RoutingNode {
  readonly #settings: RoutingNodeSettings;
  readonly #accounts = new Set<string>();
  readonly #routers = new Map<string, AccountRouter>();
  readonly #starting = new Map<string, Promise<void>>();
  readonly #deadNodes = new DeadNodes();
  /** Accounts whose lease we have: each has a router, or will once that is started. */
  readonly #held = new Set<string>();
  #beats = 0;
  #cancel = () => {};
  #underWay: Promise<void> = Promise.resolve();
  #stopped = false;
  #unsubscribe: readonly (() => Promise<void>)[] = [];

  constructor(settings: RoutingNodeSettings) {
    this.#settings = settings;
  }

  /** The accounts that this process routes now. */
  get accountIds(): readonly string[] {
    return [...this.#routers.keys()];
  }

  async start(): Promise<void> {
    const { store, skillGroupNews, logger } = this.#settings;
    const unheed = await skillGroupNews.subscribe({
      changed: (accountId, skillGroupId) => this.#routers.get(accountId)?.skillGroupChanged(skillGroupId),
      missed: () => {
        for (const router of this.#routers.values()) router.skillGroupChanged(undefined);
      },
    });
    this.#unsubscribe = [unheed];
    const unsubscribe = await store.subscribeAccounts((accountId) => {
      if (this.#accounts.has(accountId)) return;
      this.#accounts.add(accountId);
      this.#hold([accountId]).catch((error: unknown) => logger.warn({ err: error }, 'a routing lease was not taken'));
    });
    this.#unsubscribe = [unheed, unsubscribe];
    await this.#beat();
    this.#schedule();
  }

  /** Gives the leases up, so that another process takes over at once. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancel();
    await this.#underWay;
    await Promise.all(this.#starting.values());
    const { lease, nodeId, logger } = this.#settings;
    const held = [...this.#routers.keys()];
    const ends = await Promise.allSettled([
      ...this.#unsubscribe.map((unsubscribe) => unsubscribe()),
      ...[...this.#routers.values()].map((router) => router.stop()),
      lease.release(nodeId, held),
    ]);
    for (const end of ends) {
      if (end.status === 'rejected') logger.warn({ err: end.reason }, 'routing could not be ended cleanly');
    }
    this.#routers.clear();
  }

  #schedule(): void {
    if (this.#stopped) return;
    this.#cancel = this.#settings.clock.after(routingBeatMs, () => {
      this.#underWay = this.#beat()
        .catch((error: unknown) => this.#settings.logger.warn({ err: error }, 'the routing leases were not renewed'))
        .finally(() => this.#schedule());
    });
  }

  async #beat(): Promise<void> {
    const look = this.#beats++ % beatsPerLook === 0;
    if (look) for (const accountId of await this.#settings.store.accounts()) this.#accounts.add(accountId);
    const asked = new Set(this.#accounts);
    const held = new Set(await this.#hold([...asked]));
    for (const accountId of [...this.#held]) {
      if (held.has(accountId) || !asked.has(accountId)) continue;
      this.#held.delete(accountId);
      const router = this.#routers.get(accountId);
      this.#routers.delete(accountId);
      await router?.handOver();
    }
    if (look) await this.#lookForDeadNodes();
  }

  /** Takes what can be had of these accounts, and routes them. */
  async #hold(accountIds: readonly string[]): Promise<readonly string[]> {
    const { lease, nodeId } = this.#settings;
    if (accountIds.length === 0 || this.#stopped) return [];
    const held = await lease.hold(nodeId, accountIds, routingLeaseMs);
    for (const accountId of held) {
      this.#held.add(accountId);
      if (!this.#routers.has(accountId) && !this.#starting.has(accountId)) this.#startRouter(accountId);
    }
    return held;
  }

  #startRouter(accountId: string): void {
    const { logger } = this.#settings;
    const starting = AccountRouter.start(this.#settings, accountId)
      .then((router) => {
        if (this.#stopped || !this.#held.has(accountId)) return router.stop();
        this.#routers.set(accountId, router);
        return undefined;
      })
      // The next beat tries again.
      .catch((error: unknown) => logger.warn({ err: error, accountId }, 'the routing of an account could not begin'))
      .finally(() => this.#starting.delete(accountId));
    this.#starting.set(accountId, starting);
  }

  async #lookForDeadNodes(): Promise<void> {
    if (this.#routers.size === 0) return;
    const { leases, clock } = this.#settings;
    const alive = new Set((await leases.alive()).map(({ nodeId }) => nodeId));
    const known = new Set([...this.#routers.values()].flatMap((router) => [...router.nodes]));
    const dead = this.#deadNodes.look(known, alive, clock.monotonic());
    if (dead.size > 0) for (const router of this.#routers.values()) router.nodesDied(dead);
  }
}
