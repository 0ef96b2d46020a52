import { BlockList, isIPv6 } from 'node:net';
import type { Clock } from '@hookswitch/kernel/clock';
import type { Random } from '@hookswitch/kernel/random';
import {
  type EdgeBan,
  type EdgeHealth,
  type EdgeNode,
  type EdgePlan,
  type SipEdge,
  SipEdgeUnavailableError,
} from '../../port/sip-edge.js';

/** Requests of a stranger within the window that get it banned, and how long. */
const floodRequests = 60;
const floodWindowMs = 2_000;
const banMs = 300_000;

/** One machine of an edge in memory. */
export class MemoryEdgeMachine {
  readonly name: string;
  up = true;
  plan: EdgePlan | undefined;
  restarts = 0;
  requests = 0;
  /** When each ban of its own began, milliseconds. */
  readonly bans = new Map<string, number>();
  readonly recent = new Map<string, number[]>();
  /** Whether it was told anything since it is known. */
  told = false;

  constructor(name: string) {
    this.name = name;
  }

  /** As a restart: everything it was told is gone. */
  forget(): void {
    this.plan = undefined;
    this.bans.clear();
    this.recent.clear();
    this.requests = 0;
  }
}

/** An edge in memory: for tests and simulations. Calls are asked of it by `receive`. */
export class MemoryEdge implements SipEdge {
  readonly machines: readonly MemoryEdgeMachine[];
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #answers: (nodeAddress: string) => boolean;
  #wanted: EdgePlan | undefined;
  #cancel = () => {};

  /** `answers`: whether a node answers. */
  constructor(
    machines: readonly string[],
    surroundings: { clock: Clock; random: Random; answers: (address: string) => boolean },
  ) {
    this.machines = machines.map((name) => new MemoryEdgeMachine(name));
    this.#clock = surroundings.clock;
    this.#random = surroundings.random;
    this.#answers = surroundings.answers;
  }

  /** A new call from there reaches a machine: the address of the node that gets it, or undefined where nobody answers it. `replacedTag`: of the dialog whose place it wants. */
  receive(from: string, machine = this.machines[0], replacedTag = ''): string | undefined {
    if (!machine?.up || !machine.plan) return undefined;
    machine.requests += 1;
    if (isIn(machine.plan.banned, from) || this.#isBanned(machine, from)) return undefined;
    if (this.#asksTooMuch(machine, machine.plan, from)) return undefined;
    const owner = machine.plan.nodes.find(({ mark }) => replacedTag.endsWith(`-${mark}`));
    return owner && this.#answers(owner.address) ? owner.address : this.#choose(machine.plan.nodes);
  }

  start(): void {
    this.#cancel();
    this.#tell();
    this.#cancel = this.#clock.after(1000, () => this.start());
  }

  set(plan: EdgePlan): void {
    this.#wanted = plan;
    this.#tell();
  }

  async settled(): Promise<void> {
    this.#tell();
  }

  health(): readonly EdgeHealth[] {
    return this.machines.map((machine) => {
      const { name, up, plan, bans, requests, restarts } = machine;
      const active = (plan?.nodes ?? []).filter(({ state }) => state === 'active').map(({ address }) => address);
      return {
        machine: name,
        up: up && plan !== undefined,
        ...(up ? {} : { problem: 'It does not answer.' }),
        nodesUp: active.filter((address) => this.#answers(address)),
        nodesDown: active.filter((address) => !this.#answers(address)),
        bans: bans.size,
        requests,
        restarts,
      };
    });
  }

  async bans(): Promise<readonly EdgeBan[]> {
    const machines = this.#answering();
    const addresses = new Set(machines.flatMap(({ bans }) => [...bans.keys()]));
    return [...addresses].sort().flatMap((address): EdgeBan[] => {
      const holders = machines.filter((machine) => this.#isBanned(machine, address));
      const began = holders.map(({ bans }) => bans.get(address) ?? 0);
      if (holders.length === 0) return [];
      const [since, until] = [Math.min(...began), Math.max(...began) + banMs];
      return [{ address, reason: 'flood', since, until, machines: holders.map(({ name }) => name) }];
    });
  }

  async unban(address: string): Promise<boolean> {
    return this.#answering().filter(({ bans }) => bans.delete(address)).length > 0;
  }

  async stop(): Promise<void> {
    this.#cancel();
  }

  #tell(): void {
    const wanted = this.#wanted;
    if (!wanted) return;
    for (const machine of this.machines.filter(({ up }) => up)) {
      if (machine.told && !machine.plan) machine.restarts += 1;
      if (machine.plan !== wanted) {
        for (const address of machine.bans.keys()) if (isIn(wanted.sources, address)) machine.bans.delete(address);
      }
      machine.plan = wanted;
      machine.told = true;
    }
  }

  #answering(): readonly MemoryEdgeMachine[] {
    const answering = this.machines.filter(({ up }) => up);
    if (answering.length === 0) throw new SipEdgeUnavailableError();
    return answering;
  }

  #isBanned({ bans }: MemoryEdgeMachine, from: string): boolean {
    return (bans.get(from) ?? Number.NEGATIVE_INFINITY) + banMs > this.#clock.now();
  }

  #asksTooMuch({ recent, bans }: MemoryEdgeMachine, plan: EdgePlan, from: string): boolean {
    const now = this.#clock.now();
    const times = [...(recent.get(from) ?? []).filter((at) => at > now - floodWindowMs), now];
    recent.set(from, times);
    if (times.length <= floodRequests || isIn(plan.sources, from)) return false;
    bans.set(from, now);
    return true;
  }

  #choose(nodes: readonly EdgeNode[]): string | undefined {
    const taking = nodes.filter(({ state, address }) => state === 'active' && this.#answers(address));
    let at = this.#random.next() * taking.reduce((sum, { weight }) => sum + weight, 0);
    return taking.find(({ weight }) => (at -= weight) < 0)?.address;
  }
}

function isIn(sources: readonly string[], address: string): boolean {
  const family = (text: string) => (isIPv6(text) ? 'ipv6' : 'ipv4');
  const list = new BlockList();
  for (const source of sources) {
    const [network = '', bits] = source.split('/');
    if (bits === undefined) list.addAddress(network, family(network));
    else list.addSubnet(network, Number(bits), family(network));
  }
  return list.check(address, family(address));
}
