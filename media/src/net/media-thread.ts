import { performance } from 'node:perf_hooks';
import { setFlagsFromString } from 'node:v8';
import { parentPort, Worker, workerData } from 'node:worker_threads';

/** A thread that was started, as its starter sees it. */
export interface StartedThread<Command> {
  post(command: Command): void;
  /** Ends it. Resolves when it is gone. */
  stop(): Promise<void>;
}

/** Collects what is posted during one turn of the event loop, and posts it as one: waking another thread costs more than what is said. */
function batched<Item>(post: (batch: Item[]) => void): { add(item: Item): void; flush(): void } {
  let batch: Item[] = [];
  const flush = () => {
    if (batch.length === 0) return;
    const full = batch;
    batch = [];
    post(full);
  };
  return {
    add(item) {
      if (batch.push(item) === 1) setImmediate(flush);
    },
    flush,
  };
}

/** Threads that start from now on have V8's own measure of young objects, whatever the process was started with: a thread of sound with more no longer fits the processor's cache, and takes a third more CPU a packet. */
function keepThreadsSmall(): void {
  setFlagsFromString('--min-semi-space-size=0');
  setFlagsFromString('--max-semi-space-size=0');
}

/**
 * Starts a worker thread. `onEnd` is called once when it is gone for whatever reason, with a sentence part that says why.
 */
export function startThread<Start, Command, Message>(
  file: URL,
  start: Start,
  onMessage: (message: Message) => void,
  onEnd: (detail: string) => void,
): StartedThread<Command> {
  keepThreadsSmall();
  const worker = new Worker(file, { workerData: start });
  let reason = '';
  const outgoing = batched<Command>((batch) => worker.postMessage(batch));
  worker.on('message', (batch: Message[]) => {
    for (const message of batch) onMessage(message);
  });
  worker.on('error', (error: Error) => {
    reason = error.message;
  });
  const gone = new Promise<void>((resolve) => {
    worker.once('exit', (code) => {
      onEnd(reason || `exit code ${code}`);
      resolve();
    });
  });
  return {
    post: (command) => outgoing.add(command),
    async stop() {
      outgoing.flush();
      await worker.terminate();
      await gone;
    },
  };
}

/** The other end of `startThread`: `serve` is given what the thread was started with, and answers what takes its commands. */
export function serveThread<Start, Command, Message>(
  serve: (start: Start, post: (message: Message) => void) => (command: Command) => void,
): void {
  const port = parentPort;
  if (!port) throw new Error('This file runs as a worker thread only.');
  const outgoing = batched<Message>((batch) => port.postMessage(batch));
  const take = serve(workerData as Start, (message) => outgoing.add(message));
  port.on('message', (batch: Command[]) => {
    for (const command of batch) take(command);
  });
}

/** A clock that is never set: the epoch as it was at start, and the time since. For pacing, where a jump would be heard. */
export const monotonicClock = {
  now: (): number => performance.timeOrigin + performance.now(),
  monotonic: (): number => monotonicClock.now(),
  after(delayMs: number, action: () => void): () => void {
    const timer = setTimeout(action, Math.max(0, delayMs));
    return () => clearTimeout(timer);
  },
};

/** CPU time of the process so far, user and system, milliseconds. */
export function cpuTimeMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
