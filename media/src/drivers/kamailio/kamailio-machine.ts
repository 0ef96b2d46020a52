import type { Clock } from '@hookswitch/kernel/clock';
import type { Logger } from '@hookswitch/kernel/logger';
import type { EdgeBan, EdgeBanReason, EdgeHealth } from '../../port/sip-edge.js';
import { asNetwork, isWithin, plainAddress } from './kamailio-address.js';
import type { Destination, KamailioCommands } from './kamailio-commands.js';
import { KamailioAnswerError } from './kamailio-errors.js';
import type { KnownSenders } from './known-senders.js';
import { type Change, changesTowards, knowsLists, type WantedState } from './wanted-state.js';

/** A ban as one machine has it. */
export type MachineBan = Omit<EdgeBan, 'machines'>;

const reasons: readonly string[] = ['flood', 'wrong-secrets', 'scanner'] satisfies EdgeBanReason[];

/** One Kamailio, kept as wanted. */
export class KamailioMachine {
  readonly name: string;
  readonly #commands: KamailioCommands;
  readonly #known: KnownSenders;
  readonly #clock: Clock;
  readonly #logger: Logger;
  #told = false;
  #health: EdgeHealth;

  constructor(name: string, commands: KamailioCommands, known: KnownSenders, clock: Clock, logger: Logger) {
    this.name = name;
    this.#known = known;
    this.#commands = commands;
    this.#clock = clock;
    this.#logger = logger;
    const nobody = { nodesUp: [], nodesDown: [], bans: 0, requests: 0, restarts: 0 };
    this.#health = { machine: name, up: false, problem: 'It was not looked at yet.', ...nobody };
  }

  get health(): EdgeHealth {
    return this.#health;
  }

  /** Looks what it holds and tells it what is missing. Never rejects; `health` says how it went. */
  async settle(wanted: WantedState): Promise<void> {
    try {
      const edge = await this.#commands.table('edge');
      const restarted = this.#told && !edge.has('revision');
      if (restarted) this.#logger.info({ edge: this.name }, 'The edge was started anew and is told everything again.');
      const destinations = await this.#tell(wanted, edge);
      this.#told = true;
      if (restarted) await this.#known.tell();
      await this.#known.remember();
      const [requests, bans] = [await this.#commands.requests(), await this.#commands.size('ban')];
      this.#seen(destinations, { requests, bans, restarts: this.#health.restarts + (restarted ? 1 : 0) });
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      if (this.#health.up) this.#logger.warn({ err: error, edge: this.name }, 'The edge does not answer as it should.');
      this.#health = { ...this.#health, up: false, problem };
    }
  }

  /** What it banned by itself. */
  async bans(): Promise<readonly MachineBan[]> {
    const now = this.#clock.now();
    const table = await this.#commands.table('ban');
    return [...table].map(([key, value]) => readBan(key, value)).filter(({ until }) => until > now);
  }

  unban(address: string): Promise<boolean> {
    const meant = asNetwork(address);
    return meant === address ? this.#commands.deleteValue('ban', address) : this.#deleteWithin('ban', [meant]);
  }

  async #tell(wanted: WantedState, edge: ReadonlyMap<string, string>): Promise<readonly Destination[]> {
    const destinations = await this.#commands.destinations();
    const table = async (name: string) => (knowsLists(wanted, edge) ? new Map() : this.#commands.table(name));
    const lists = { trunk: await table('trunk'), barred: await table('barred') };
    const changes = changesTowards(wanted, { destinations, edge, lists });
    for (const change of changes) await this.#carryOut(change);
    return changes.length === 0 ? destinations : this.#commands.destinations();
  }

  #carryOut(change: Change): Promise<unknown> {
    switch (change.kind) {
      case 'add-node':
        return this.#commands.addDestination(change.uri, change.weight);
      case 'remove-node':
        return this.#commands.removeDestination(change.uri);
      case 'set-node':
        return this.#commands.setDestination(change.uri, change.state);
      case 'set':
        return this.#commands.setValue(change.table, change.key, change.value);
      case 'delete':
        return this.#commands.deleteValue(change.table, change.key);
      case 'delete-within':
        return this.#deleteWithin(change.table, change.networks);
    }
  }

  /** Resolves to whether there was one. */
  async #deleteWithin(table: string, networks: readonly string[]): Promise<boolean> {
    const keys = [...(await this.#commands.table(table)).keys()].filter(isWithin(networks));
    for (const key of keys) await this.#commands.deleteValue(table, key);
    return keys.length > 0;
  }

  #seen(destinations: readonly Destination[], rest: Pick<EdgeHealth, 'requests' | 'bans' | 'restarts'>): void {
    if (!this.#health.up) this.#logger.info({ edge: this.name }, 'The edge answers and is as wanted.');
    const up = (one: Destination) => one.state === 'active' || one.state === 'trying';
    this.#health = {
      machine: this.name,
      up: true,
      nodesUp: destinations.filter(up).map(addressOf),
      nodesDown: destinations.filter(({ state }) => state === 'inactive').map(addressOf),
      ...rest,
    };
  }
}

/** A row of the table `ban`: `1700000000 1700000300 flood udp`, seconds since 1970. */
function readBan(key: string, value: string): MachineBan {
  const [since, until, reason = ''] = value.split(' ');
  if (!reasons.includes(reason)) throw new KamailioAnswerError(`The ban of ${key} is in a shape that is not known.`);
  return {
    address: plainAddress(key),
    reason: reason as EdgeBanReason,
    since: Number(since) * 1000,
    until: Number(until) * 1000,
  };
}

/** `udp:10.0.0.5:5060` of `sip:10.0.0.5:5060;transport=udp;w=50`. */
function addressOf({ uri }: Destination): string {
  const [, hostPort = '', transport = 'udp'] = /^sip:([^;]+)(?:;transport=([a-z]+))?/.exec(uri) ?? [];
  return `${transport}:${hostPort}`;
}
