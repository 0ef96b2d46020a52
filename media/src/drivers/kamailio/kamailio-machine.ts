import { BlockList, isIPv6 } from 'node:net';
import type { Clock } from '@hookswitch/kernel/clock';
import type { Logger } from '@hookswitch/kernel/logger';
import type { EdgeHealth } from '../../port/sip-edge.js';
import type { Destination, KamailioCommands } from './kamailio-commands.js';
import { type Change, changesTowards, knowsTrunks, type WantedState } from './wanted-state.js';

/** One Kamailio, kept as wanted. */
export class KamailioMachine {
  readonly name: string;
  readonly #commands: KamailioCommands;
  readonly #clock: Clock;
  readonly #logger: Logger;
  #told = false;
  #health: EdgeHealth;

  constructor(name: string, commands: KamailioCommands, clock: Clock, logger: Logger) {
    this.name = name;
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
      const [requests, bans] = [await this.#commands.requests(), await this.#commands.table('ban')];
      this.#seen(destinations, { requests, bans: bans.size, restarts: this.#health.restarts + (restarted ? 1 : 0) });
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      if (this.#health.up) this.#logger.warn({ err: error, edge: this.name }, 'The edge does not answer as it should.');
      this.#health = { ...this.#health, up: false, problem };
    }
  }

  /** Banned addresses, and when each ban ends. */
  async bans(): Promise<ReadonlyMap<string, number>> {
    const now = this.#clock.now();
    const table = await this.#commands.table('ban');
    const ends = [...table].map(([address, until]): [string, number] => [address, Number(until) * 1000]);
    return new Map(ends.filter(([, until]) => until > now));
  }

  async ban(address: string, seconds: number): Promise<void> {
    const until = Math.ceil(this.#clock.now() / 1000) + seconds;
    await this.#commands.deleteValue('known', address);
    await this.#commands.setValueFor(seconds, 'ban', address, String(until));
  }

  unban(address: string): Promise<boolean> {
    return this.#commands.deleteValue('ban', address);
  }

  async #tell(wanted: WantedState, edge: ReadonlyMap<string, string>): Promise<readonly Destination[]> {
    const destinations = await this.#commands.destinations();
    const news = !knowsTrunks(wanted, edge);
    const trunk = news ? await this.#commands.table('trunk') : new Map<string, string>();
    const changes = changesTowards(wanted, { destinations, edge, trunk });
    for (const change of changes) await this.#carryOut(change);
    if (news) await this.#unbanWithin(wanted);
    return changes.length === 0 ? destinations : this.#commands.destinations();
  }

  /** A network that was added may have a banned address in it. */
  async #unbanWithin({ ranges }: WantedState): Promise<void> {
    const list = new BlockList();
    for (const range of [...ranges.values()].flatMap((each) => each.split(','))) {
      const [network = '', bits] = range.split('/');
      list.addSubnet(network, Number(bits), isIPv6(network) ? 'ipv6' : 'ipv4');
    }
    const banned = ranges.size > 0 ? [...(await this.#commands.table('ban')).keys()] : [];
    for (const address of banned) {
      if (list.check(address, isIPv6(address) ? 'ipv6' : 'ipv4')) await this.unban(address);
    }
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
      case 'clear':
        return this.#commands.clear(change.table);
    }
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

/** `udp:10.0.0.5:5060` of `sip:10.0.0.5:5060;transport=udp;w=50`. */
function addressOf({ uri }: Destination): string {
  const [, hostPort = '', transport = 'udp'] = /^sip:([^;]+)(?:;transport=([a-z]+))?/.exec(uri) ?? [];
  return `${transport}:${hostPort}`;
}
