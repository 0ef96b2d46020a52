import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PlannedProcess } from './cluster-plan.js';

const readyWithinMs = 90_000;
/** One that does not end by itself in this time is killed. */
const stopWithinMs = 30_000;

/** A process of the cluster did not come up. */
export class ClusterProcessError extends Error {}

/** One running process of the cluster: its output goes to a file, it is asked for its health, and ended by its own id. */
export class ClusterProcess {
  readonly plan: PlannedProcess;
  readonly logFile: string;
  readonly #child: ChildProcess;
  readonly #ended: Promise<string>;
  #end: string | undefined;

  private constructor(plan: PlannedProcess, logFile: string, child: ChildProcess) {
    this.plan = plan;
    this.logFile = logFile;
    this.#child = child;
    this.#ended = new Promise((resolve) => {
      child.once('error', (error) => resolve(`could not be started: ${error.message}`));
      child.once('exit', (code, signal) => resolve(`ended with ${signal ?? `code ${code}`}`));
    });
    void this.#ended.then((how) => {
      this.#end = how;
    });
  }

  /** In a session of its own, so that Ctrl-C reaches it through us only. Resolves when it is ready. @throws ClusterProcessError */
  static async start(plan: PlannedProcess, logFile: string): Promise<ClusterProcess> {
    const log = openSync(logFile, 'a', 0o600);
    const child = spawn(plan.program, plan.arguments, {
      detached: true,
      stdio: ['ignore', log, log],
      env: { ...process.env, ...plan.env },
    });
    closeSync(log);
    const started = new ClusterProcess(plan, logFile, child);
    try {
      await started.#untilReady();
    } catch (error) {
      await started.stop();
      throw error;
    }
    return started;
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** `ready`, `not ready` (with what is wrong), or how it ended. */
  async health(): Promise<string> {
    if (this.#end !== undefined) return this.#end;
    if (this.plan.readyUrl === undefined) return 'ready';
    try {
      const answer = await fetch(this.plan.readyUrl, { signal: AbortSignal.timeout(5000) });
      return answer.ok ? 'ready' : `not ready: ${await answer.text()}`;
    } catch (error) {
      return `not ready: ${(error as Error).message}`;
    }
  }

  async stop(): Promise<void> {
    if (this.#end !== undefined || this.#child.pid === undefined) return;
    this.#child.kill('SIGTERM');
    const late = new AbortController();
    const ended = await Promise.race([
      this.#ended,
      sleep(stopWithinMs, undefined, { signal: late.signal }).catch(() => undefined),
    ]);
    late.abort();
    if (ended === undefined) this.kill();
    await this.#ended;
  }

  kill(): void {
    if (this.#end === undefined) this.#child.kill('SIGKILL');
  }

  async #untilReady(): Promise<void> {
    const giveUpAt = Date.now() + readyWithinMs;
    for (;;) {
      const health = await this.health();
      if (health === 'ready') break;
      if (this.#end !== undefined || Date.now() > giveUpAt) {
        const words = readFileSync(this.logFile, 'utf8').trim().split('\n').slice(-8).join('\n');
        throw new ClusterProcessError(`${this.plan.name} did not come up (${health}). Its last words:\n${words}`);
      }
      await sleep(100);
    }
    // One that cannot be asked has a moment to find that its address is taken.
    if (this.plan.readyUrl === undefined) await Promise.race([sleep(1000), this.#ended]);
    if (this.#end !== undefined) return this.#untilReady();
  }
}
