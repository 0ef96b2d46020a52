import type { Clock } from '@hookswitch/kernel/clock';
import type { Logger } from '@hookswitch/kernel/logger';
import { type PostJson, systemPostJson } from '../../net/http-post.js';
import {
  type EdgeBan,
  type EdgeHealth,
  type EdgePlan,
  type SipEdge,
  SipEdgeUnavailableError,
} from '../../port/sip-edge.js';
import { JsonRpcClient } from './json-rpc-client.js';
import { KamailioCommands } from './kamailio-commands.js';
import { KamailioMachine, type MachineBan } from './kamailio-machine.js';
import { KnownSenders } from './known-senders.js';
import { type WantedState, wantedState } from './wanted-state.js';

export interface KamailioEdgeSettings {
  /** Where each Kamailio takes JSON-RPC, as `http://10.0.0.5:8060/rpc`. */
  readonly urls: readonly string[];
  readonly clock: Clock;
  readonly logger: Logger;
  /** How often each is looked at, milliseconds. Default 1000. */
  readonly lookMs?: number;
  /** How often each is asked who is known to it, to be told when it was restarted, milliseconds. Default 30,000. */
  readonly rememberMs?: number;
  /** How long a command may take, milliseconds. Default 2000. */
  readonly timeoutMs?: number;
  /** Default: HTTP of this machine. */
  readonly post?: PostJson;
}

/** Several Kamailios with deploy/kamailio as one edge. Each is looked at every second, and told what it does not hold. */
export class KamailioEdge implements SipEdge {
  readonly #settings: KamailioEdgeSettings;
  readonly #machines: readonly KamailioMachine[];
  #wanted: WantedState | undefined;
  #cancel = () => {};
  #round: Promise<void> = Promise.resolve();
  #running = false;

  constructor(settings: KamailioEdgeSettings) {
    this.#settings = settings;
    const { clock, logger, post = systemPostJson, timeoutMs = 2_000 } = settings;
    this.#machines = settings.urls.map((url) => {
      const rpc = new JsonRpcClient({ url, post, clock, timeoutMs, retries: 1, retryDelayMs: 200 });
      const commands = new KamailioCommands(rpc);
      const known = new KnownSenders(commands, clock, settings.rememberMs ?? 30_000);
      return new KamailioMachine(new URL(url).host, commands, known, clock, logger);
    });
  }

  start(): void {
    if (this.#running) return;
    this.#running = true;
    this.#look();
  }

  set(plan: EdgePlan): void {
    this.#wanted = wantedState(plan);
    if (this.#running) this.#look();
  }

  settled(): Promise<void> {
    this.#look();
    return this.#round;
  }

  health(): readonly EdgeHealth[] {
    return this.#machines.map(({ health }) => health);
  }

  async bans(): Promise<readonly EdgeBan[]> {
    const found = new Map<string, EdgeBan>();
    for (const { machine, answer } of await this.#all((each) => each.bans())) {
      for (const ban of answer) {
        const { machines = [], ...known } = found.get(ban.address) ?? {};
        found.set(ban.address, { ...firstOf(ban, known), machines: [...machines, machine] });
      }
    }
    return [...found.values()].sort((a, b) => (a.address < b.address ? -1 : 1));
  }

  async unban(address: string): Promise<boolean> {
    return (await this.#all((machine) => machine.unban(address))).some(({ answer }) => answer);
  }

  async stop(): Promise<void> {
    this.#running = false;
    this.#cancel();
    await this.#round;
  }

  /** One round after the one that runs. */
  #look(): void {
    this.#cancel();
    this.#round = this.#round.then(async () => {
      const wanted = this.#wanted;
      if (wanted) await Promise.all(this.#machines.map((machine) => machine.settle(wanted)));
      if (!this.#running) return;
      this.#cancel();
      this.#cancel = this.#settings.clock.after(this.#settings.lookMs ?? 1000, () => this.#look());
    });
  }

  /** What those that answer say. */
  async #all<Answer>(ask: (machine: KamailioMachine) => Promise<Answer>) {
    const asked = await Promise.allSettled(
      this.#machines.map(async (machine) => ({ machine: machine.name, answer: await ask(machine) })),
    );
    const answers = asked.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    const refused = asked.find((one) => one.status === 'rejected');
    if (answers.length === 0) throw new SipEdgeUnavailableError(refused?.reason);
    return answers;
  }
}

/** One ban of what two machines have: as the first saw it, until the last lifts it. */
function firstOf(ban: MachineBan, known: Partial<MachineBan>): MachineBan {
  const { since = ban.since, until = ban.until } = known;
  const first = since < ban.since ? { ...ban, ...known } : ban;
  return { ...first, until: Math.max(ban.until, until) };
}
