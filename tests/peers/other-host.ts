import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);
const whatToDo =
  'This test makes network namespaces (`ip netns`): run it as root, in a container with `--cap-add NET_ADMIN --cap-add SYS_ADMIN`, with iproute2 installed (script/setup --test).';

/**
 * Another host on this machine: a network namespace, reached by two lines of its own. On the one a router stands, itself a namespace, that can be told to lose every packet: nobody gets a
 * FIN, an RST or an ICMP message, as where a switch between two machines fails. The other line stays.
 */
export class OtherHost {
  /** Where it is reached by the line that `losePackets` breaks, and by the one that stays. */
  readonly addresses: { readonly breakable: string; readonly steady: string };
  readonly #names: { readonly host: string; readonly router: string };
  readonly #here: string;
  readonly #network: string;
  readonly #link: string;

  private constructor(at: number) {
    this.#network = `10.231.${at}`;
    this.#here = `${this.#network}.1`;
    this.#link = `hw${at}`;
    this.#names = { host: `hookswitch-host-${at}`, router: `hookswitch-router-${at}` };
    this.addresses = { breakable: `${this.#network}.6`, steady: `${this.#network}.10` };
  }

  /** Makes it. Rejects with what to do where this user may not. */
  static async create(): Promise<OtherHost> {
    const host = new OtherHost(process.pid % 256);
    try {
      await host.#build();
    } catch (error) {
      await host.remove();
      throw new Error(`${whatToDo} It said: ${(error as Error).message}`);
    }
    return host;
  }

  /** The words that run a program there, in the place of its own name. */
  get inside(): readonly string[] {
    return ['ip', 'netns', 'exec', this.#names.host];
  }

  /** From now on every packet of the breakable line disappears on its way. */
  async losePackets(): Promise<void> {
    for (const address of this.#ends) await this.#onRouter('route', 'add', 'blackhole', address);
  }

  /** Packets arrive again. */
  async passPackets(): Promise<void> {
    for (const address of this.#ends) await this.#onRouter('route', 'del', 'blackhole', address);
  }

  /** Forgets the connections of the breakable line without a word that would get there, as a host does that is switched off. */
  async forgetConnections(): Promise<void> {
    const there = ['netns', 'exec', this.#names.host, 'ss', '-Htn'];
    const which = ['src', this.addresses.breakable];
    await run('ip', [...there, '-K', ...which]);
    const { stdout } = await run('ip', [...there, ...which]);
    if (stdout.trim() !== '')
      throw new Error(`This kernel does not close connections (CONFIG_INET_DIAG_DESTROY): ${stdout}`);
  }

  /** Takes it away, with its lines. Programs in it must have ended. */
  async remove(): Promise<void> {
    const { host, router } = this.#names;
    for (const name of [host, router]) await run('ip', ['netns', 'del', name]).catch(() => {});
    await run('ip', ['route', 'del', 'blackhole', `${this.#network}.0/24`]).catch(() => {});
  }

  get #ends(): readonly string[] {
    return [`${this.#here}/32`, `${this.addresses.breakable}/32`];
  }

  #onRouter(...words: readonly string[]) {
    return run('ip', ['-n', this.#names.router, ...words]);
  }

  async #build(): Promise<void> {
    const { host, router } = this.#names;
    const network = this.#network;
    const steps: readonly (readonly string[])[] = [
      // Whatever is still on its way there once the lines are gone must not leave this machine.
      ['route', 'add', 'blackhole', `${network}.0/24`],
      ['netns', 'add', host],
      ['netns', 'add', router],
      ['link', 'add', `${this.#link}a`, 'type', 'veth', 'peer', 'name', 'outside', 'netns', router],
      ['-n', router, 'link', 'add', 'inside', 'type', 'veth', 'peer', 'name', 'breakable', 'netns', host],
      ['link', 'add', `${this.#link}b`, 'type', 'veth', 'peer', 'name', 'steady', 'netns', host],
      ['addr', 'add', `${this.#here}/30`, 'dev', `${this.#link}a`],
      ['-n', router, 'addr', 'add', `${network}.2/30`, 'dev', 'outside'],
      ['-n', router, 'addr', 'add', `${network}.5/30`, 'dev', 'inside'],
      ['-n', host, 'addr', 'add', `${this.addresses.breakable}/30`, 'dev', 'breakable'],
      ['addr', 'add', `${network}.9/30`, 'dev', `${this.#link}b`],
      ['-n', host, 'addr', 'add', `${this.addresses.steady}/30`, 'dev', 'steady'],
      ['link', 'set', `${this.#link}a`, 'up'],
      ['link', 'set', `${this.#link}b`, 'up'],
      ...['outside', 'inside'].map((line) => ['-n', router, 'link', 'set', line, 'up']),
      ...['lo', 'breakable', 'steady'].map((line) => ['-n', host, 'link', 'set', line, 'up']),
      ['route', 'add', `${network}.4/30`, 'via', `${network}.2`],
      ['-n', host, 'route', 'add', `${network}.0/30`, 'via', `${network}.5`],
      ['netns', 'exec', router, 'sh', '-c', 'echo 1 >/proc/sys/net/ipv4/ip_forward'],
    ];
    for (const words of steps) await run('ip', words);
  }
}
