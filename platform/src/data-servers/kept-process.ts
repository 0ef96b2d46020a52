import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DataServerNotReadyError } from './data-server-errors.js';
import { freePort } from './free-port.js';
import { processAlive, processRuns } from './process-alive.js';
import { takeStartLock } from './start-lock.js';

/** A server process that we keep in a folder of its own. */
export interface KeptProcessPlan {
  /** For messages: `redis-server`. */
  readonly name: string;
  /** Absolute. Holds the data, the log and `server.json`, by which the process is found again. It must be named on the command line. */
  readonly folder: string;
  readonly program: string;
  arguments(port: number): readonly string[];
  /** Whether it, and not another that took the port first, answers on this port of the loopback address. Never rejects. */
  answers(port: number): Promise<boolean>;
  /** How long it may take to come up, milliseconds. */
  readonly startTimeoutMs: number;
  /** Whether it must die with us even when we are killed, and its folder with it (tests). Otherwise it lives on and the next start finds it. */
  readonly endsWithUs: boolean;
}

export interface KeptProcess {
  readonly port: number;
  readonly pid: number;
  /** `started` now, `taken-over` from a process of ours that was killed, or `shared` with one that lives. */
  readonly origin: 'started' | 'taken-over' | 'shared';
  /** Ends it, unless it is `shared`. Idempotent. */
  stop(): Promise<void>;
}

interface ServerRecord {
  readonly pid: number;
  readonly port: number;
  /** Whoever stops it. */
  readonly owner: number;
}

const pollMs = 20;
const stopTimeoutMs = 15_000;
/** A port found free may be gone a moment later when several start at once. */
const portTries = 5;

/** Starts the process, or finds the one that already runs for this folder. Two that start at once get the same one. */
export async function startKeptProcess(plan: KeptProcessPlan): Promise<KeptProcess> {
  mkdirSync(plan.folder, { recursive: true, mode: 0o700 });
  const unlock = await takeStartLock(join(plan.folder, 'starting.lock'), plan.startTimeoutMs);
  try {
    return (await find(plan)) ?? (await start(plan));
  } finally {
    unlock();
  }
}

async function find(plan: KeptProcessPlan): Promise<KeptProcess | undefined> {
  const record = readRecord(plan.folder);
  if (!record || !processRuns(record.pid, plan.folder)) return undefined;
  if (!(await plan.answers(record.port))) {
    await endProcess(record.pid);
    return undefined;
  }
  if (record.owner !== process.pid && processAlive(record.owner)) {
    return { port: record.port, pid: record.pid, origin: 'shared', stop: async () => {} };
  }
  writeRecord(plan.folder, { ...record, owner: process.pid });
  return { port: record.port, pid: record.pid, origin: 'taken-over', stop: stopOnce(plan, record.pid) };
}

async function start(plan: KeptProcessPlan): Promise<KeptProcess> {
  const logFile = join(plan.folder, 'server.log');
  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort();
    const log = openSync(logFile, 'w', 0o600);
    const child = plan.endsWithUs ? spawnTied(plan, port, log) : spawnFree(plan, port, log);
    closeSync(log);
    const outcome = await comeUp(plan, child, port);
    if (outcome === 'up' && child.pid !== undefined) {
      if (plan.endsWithUs) return { port, pid: child.pid, origin: 'started', stop: once(() => endTied(child)) };
      writeRecord(plan.folder, { pid: child.pid, port, owner: process.pid });
      child.unref();
      return { port, pid: child.pid, origin: 'started', stop: stopOnce(plan, child.pid) };
    }
    if (child.pid !== undefined) await (plan.endsWithUs ? endTied(child) : endProcess(child.pid));
    const lastWords = lastLines(logFile);
    if (attempt < portTries && /in use|bind/i.test(lastWords)) continue;
    throw new DataServerNotReadyError(plan.name, outcome, logFile, lastWords);
  }
}

/** In a session of its own, so that Ctrl-C in our terminal does not reach it before we have drained. */
function spawnFree(plan: KeptProcessPlan, port: number, log: number): ChildProcess {
  return spawn(plan.program, plan.arguments(port), { detached: true, stdio: ['ignore', log, log], cwd: plan.folder });
}

/** Under a shell whose input ends when we close it and when we are killed; that ends the server and removes its folder. */
const tie = `
  folder=$1; shift
  exec 3<&0
  "$@" </dev/null 3<&- & server=$!
  { read -r line <&3; kill "$server"; } 2>/dev/null & watch=$!
  wait "$server"; code=$?
  kill "$watch" 2>/dev/null
  if [ "$code" -eq 0 ] || [ "$code" -ge 128 ]; then rm -rf "$folder"; fi
  exit "$code"`;

function spawnTied(plan: KeptProcessPlan, port: number, log: number): ChildProcess {
  const words = ['-c', tie, 'sh', plan.folder, plan.program, ...plan.arguments(port)];
  return spawn('/bin/sh', words, { detached: true, stdio: ['pipe', log, log], cwd: plan.folder });
}

async function endTied(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.stdin?.end();
  await ended;
}

async function comeUp(plan: KeptProcessPlan, child: ChildProcess, port: number): Promise<string> {
  let failure: string | undefined;
  child.once('error', (error) => (failure = `could not be started (${error.message})`));
  child.once('exit', (code, signal) => (failure ??= `ended at once (${signal ?? `exit code ${code}`})`));
  const giveUpAt = Date.now() + plan.startTimeoutMs;
  while (failure === undefined) {
    if (await plan.answers(port)) return 'up';
    if (Date.now() > giveUpAt) return `did not answer within ${plan.startTimeoutMs / 1000} s`;
    await sleep(pollMs);
  }
  return failure;
}

function stopOnce(plan: KeptProcessPlan, pid: number): () => Promise<void> {
  return once(async () => {
    if (processRuns(pid, plan.folder)) await endProcess(pid);
    rmSync(join(plan.folder, 'server.json'), { force: true });
  });
}

function once(action: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  return () => (running ??= action());
}

/** SIGTERM, so that it writes down what it holds; SIGKILL when that takes too long. */
async function endProcess(pid: number): Promise<void> {
  signal(pid, 'SIGTERM');
  const giveUpAt = Date.now() + stopTimeoutMs;
  while (processAlive(pid)) {
    if (Date.now() > giveUpAt) {
      signal(pid, 'SIGKILL');
      return;
    }
    await sleep(pollMs);
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended already.
  }
}

function readRecord(folder: string): ServerRecord | undefined {
  try {
    const record: unknown = JSON.parse(readFileSync(join(folder, 'server.json'), 'utf8'));
    return isServerRecord(record) ? record : undefined;
  } catch {
    return undefined;
  }
}

function isServerRecord(value: unknown): value is ServerRecord {
  if (typeof value !== 'object' || value === null) return false;
  return (['pid', 'port', 'owner'] as const).every((name) => {
    const number: unknown = (value as Record<string, unknown>)[name];
    return Number.isSafeInteger(number) && (number as number) > 1;
  });
}

function writeRecord(folder: string, record: ServerRecord): void {
  const file = join(folder, 'server.json');
  writeFileSync(`${file}.new`, JSON.stringify(record), { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

function lastLines(file: string): string {
  try {
    return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-3).join(' / ').slice(-400);
  } catch {
    return '';
  }
}
