import { type ChildProcess, spawn } from 'node:child_process';
import { within } from './within.js';

const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** A program started for a test: its output is kept, and it never outlives us. */
export class PeerProcess {
  readonly name: string;
  readonly #child: ChildProcess;
  readonly #ended: Promise<number | string>;
  #output = '';

  private constructor(name: string, child: ChildProcess) {
    this.name = name;
    this.#child = child;
    running.add(child);
    const keep = (bytes: Buffer) => {
      this.#output = (this.#output + bytes.toString()).slice(-20_000);
    };
    child.stdout?.on('data', keep);
    child.stderr?.on('data', keep);
    this.#ended = new Promise((resolve) => {
      child.once('error', (error) => resolve(`could not be started: ${error.message}`));
      child.once('exit', (code, signal) => resolve(code ?? signal ?? 'ended'));
    });
    void this.#ended.then(() => running.delete(child));
  }

  /** Starts it. A program that is not installed is reported by the first wait. */
  static start(name: string, words: readonly string[], options: { cwd?: string } = {}): PeerProcess {
    const cwd = options.cwd === undefined ? {} : { cwd: options.cwd };
    return new PeerProcess(name, spawn(name, words, { ...cwd, stdio: ['ignore', 'pipe', 'pipe'] }));
  }

  get pid(): number {
    return this.#child.pid!;
  }

  /** The last 20,000 characters that it printed. */
  get output(): string {
    return this.#output;
  }

  /** Resolves with the exit code, or the signal's name, when it ends by itself. */
  ended(guardMs = 60_000): Promise<number | string> {
    return within(this.#ended, `the end of ${this.name}`, () => this.#output.slice(-2000), guardMs);
  }

  /** Resolves when `ready` does; rejects when it ends first. */
  async until<T>(what: string, ready: Promise<T>): Promise<T> {
    const died = this.#ended.then((how): never => {
      throw new Error(`${this.name} ended (${how}) before ${what}: ${this.#output.slice(-2000)}`);
    });
    return within(Promise.race([ready, died]), what, () => this.#output.slice(-2000));
  }

  /** Ends it at once, without a word. */
  kill(): void {
    this.#child.kill('SIGKILL');
  }

  /** Ends it, gently first. Resolves when it is gone. */
  async stop(): Promise<void> {
    this.#child.kill('SIGTERM');
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), 3000);
    await this.#ended;
    clearTimeout(timer);
  }
}
