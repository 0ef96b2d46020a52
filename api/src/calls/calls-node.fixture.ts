import type { Clock } from '@hookswitch/kernel/clock';
import { idMaker } from '@hookswitch/kernel/ids';
import { silentLogger } from '@hookswitch/kernel/logger';
import { seededRandom } from '@hookswitch/kernel/random';
import type { CallEngine } from '@hookswitch/media/port/call-engine';
import type { CallStore } from '../call-records/call-store.js';
import { MemoryCallStore } from '../call-records/memory-call-store.js';
import { BatchedTimeline } from '../call-records/timeline/batched-timeline.js';
import { MemoryTimelineStore } from '../call-records/timeline/memory-timeline-store.js';
import type { CommandChannel } from '../nodes/command-channel.js';
import { MemoryCommandChannel } from '../nodes/memory-command-channel.js';
import { MemoryNodeLeases } from '../nodes/memory-node-leases.js';
import type { NodeLeases } from '../nodes/node-leases.js';
import type { CallRecorder } from '../recordings/call-recorder.js';
import type { RunScript, ScriptEnd, ScriptRunner } from '../scripting/index.js';
import { MemoryUsageCounter } from '../usage/index.js';
import { type CallSurvival, type Calls, createCalls } from './create-calls.js';
import type { InboundGate } from './inbound-gate.js';
import { ExpireLostCalls } from './node/expire-lost-calls.js';
import type { PlaceCall } from './place-outbound-call.js';
import type { CallAccount } from './routing/call-routing.js';
import { MemoryCallRouting } from './routing/memory-call-routing.js';

/** What a test's script does. */
export type TestScript = (run: RunScript) => Promise<ScriptEnd>;

/** Runs what the test says, by the script's URL or inline text, and keeps the promises of the port: hung up after a script of its own, never rejecting. */
export class TestScriptRunner implements ScriptRunner {
  readonly runs: RunScript[] = [];
  readonly scripts = new Map<string, TestScript>();

  async run(request: RunScript): Promise<ScriptEnd> {
    this.runs.push(request);
    const { script, leg, signal } = request;
    const todo = this.scripts.get(nameOf(script)) ?? answerAndWait;
    const end = await Promise.race([todo(request), ended(request), aborted(signal)]);
    if (end.kind === 'finished') leg.hangUp();
    return end;
  }
}

function nameOf(script: RunScript['script']): string {
  if ('flow' in script) return script.flow.flowId;
  return 'url' in script ? script.url : script.inline;
}

const noQueue = async (): Promise<never> => {
  throw new TypeError('These tests have no queue.');
};

const noConferences = () => ({
  join: () => {
    throw new TypeError('These tests have no conferences.');
  },
});

/** Answers and stays until interrupted or hung up. */
export const answerAndWait: TestScript = async (run) => {
  run.nextRevision();
  await run.leg.answer();
  return new Promise(() => undefined);
};

/** Answers and is done. */
export const answerAndFinish: TestScript = async (run) => {
  run.nextRevision();
  await run.leg.answer();
  return { kind: 'finished' };
};

function ended({ leg }: RunScript): Promise<ScriptEnd> {
  if (leg.status === 'ended') return Promise.resolve({ kind: 'call-ended' });
  return new Promise((resolve) => leg.events.once('ended', () => resolve({ kind: 'call-ended' })));
}

function aborted(signal: AbortSignal): Promise<ScriptEnd> {
  if (signal.aborted) return Promise.resolve({ kind: 'interrupted' });
  return new Promise((resolve) =>
    signal.addEventListener('abort', () => resolve({ kind: 'interrupted' }), { once: true }),
  );
}

/** A recorder that remembers who asked for what. */
export class TestRecorder implements CallRecorder {
  readonly asked: string[] = [];
  readonly #active = new Map<string, ReturnType<CallRecorder['active']>>();

  async start(request: Parameters<CallRecorder['start']>[0]): ReturnType<CallRecorder['start']> {
    const id = `RE${String(this.asked.length).padStart(32, '0')}`;
    this.asked.push(`start ${request.source}`);
    const result = { recordingId: id, durationSeconds: 0, end: 'stopped' } as const;
    const recording = {
      id,
      pause: async (mode: string) => void this.asked.push(`pause ${mode}`),
      resume: async () => void this.asked.push('resume'),
      stop: async () => {
        this.asked.push('stop');
        this.#active.delete(request.callId);
        return result;
      },
      finished: new Promise<typeof result>(() => undefined),
    };
    this.#active.set(request.callId, [recording]);
    return recording;
  }

  active(callId: string): ReturnType<CallRecorder['active']> {
    return this.#active.get(callId) ?? [];
  }
}

/** What several nodes of a test share. */
export interface SharedForTests {
  readonly store: CallStore;
  readonly leases: NodeLeases;
  readonly commands: CommandChannel;
}

/** One node's calls over an engine, with memory adapters, an account that may call +1 and sip:*@friends.example, and a number bound to an application. */
export async function callsForTests(options: CallsForTestsOptions) {
  const kit = buildCallsForTests(options);
  await kit.calls.start();
  return kit;
}

export interface CallsForTestsOptions {
  clock: Clock;
  engine: CallEngine;
  nodeId?: string;
  seed?: number;
  store?: (store: MemoryCallStore) => CallStore;
  shared?: SharedForTests;
  account?: Partial<CallAccount>;
  maxCalls?: number;
  gate?: InboundGate;
  /** Default: what a test says, by `scripts` of the kit. */
  runner?: ScriptRunner;
  /** Default: one that remembers who asked for what. */
  recorder?: CallRecorder;
  survival?: CallSurvival;
}

/** As `callsForTests`, not started yet. */
export function buildCallsForTests(options: CallsForTestsOptions) {
  const { clock, engine, nodeId = 'node-1', seed = 1 } = options;
  const newId = idMaker(clock, seededRandom(seed));
  const memory = new MemoryCallStore({ clock, newId });
  const store = options.shared?.store ?? options.store?.(memory) ?? memory;
  const leases = options.shared?.leases ?? new MemoryNodeLeases(clock);
  const commands = options.shared?.commands ?? new MemoryCommandChannel({ clock });
  const routing = new MemoryCallRouting();
  const account: CallAccount = {
    id: accountId,
    status: 'active',
    concurrentCalls: 50,
    callsPerSecond: 50,
    minutesPerDay: 1000,
    allowedDestinations: ['+1'],
    allowedSipHosts: ['friends.example'],
    signingSecrets: ['whsec_YWNjb3VudA=='],
    ...options.account,
  };
  routing.saveAccount(account);
  routing.saveApplication(accountId, {
    id: applicationId,
    script: { url: scriptUrl },
    signingSecrets: ['whsec_YXBwbGljYXRpb24='],
  });
  routing.saveNumber(ownNumber, { accountId, numberId: `PN${'0'.repeat(32)}`, applicationId });
  routing.saveEndpoint(endpointId, { accountId, applicationId });
  routing.saveTrunk({ id: trunkId, concurrentCalls: 40, callsPerSecond: 40 });
  const scripts = new TestScriptRunner();
  const recorder = new TestRecorder();
  const timelineStore = new MemoryTimelineStore();
  const usage = new MemoryUsageCounter();
  const logger = silentLogger;
  const buildCdr = (call: { id: string; status: string }) => ({ callId: call.id, status: call.status });
  const calls: Calls = createCalls({
    ...(options.gate && { gate: options.gate }),
    ...(options.survival && { survival: options.survival }),
    nodeId,
    store,
    engine,
    scripts: options.runner ?? scripts,
    recorder: options.recorder ?? recorder,
    audio: {
      resolve: async () => ({ kind: 'audio', key: 'test', sampleRate: 8000, samples: new Int16Array(8000) }),
    },
    routing,
    conferencesOf: noConferences,
    queueOf: () => ({ goesOn: false, contact: noQueue, hasSeat: noQueue, join: noQueue, callOut: noQueue }),
    timeline: new BatchedTimeline({ store: timelineStore, clock, logger, writer: nodeId }),
    usage,
    buildCdr,
    clock,
    newId,
    logger,
    leases,
    commands,
    limits: { maxCalls: options.maxCalls ?? 1000, maxCallsPerSecond: 1000 },
  });
  const expireLost = new ExpireLostCalls({ store, leases, clock, buildCdr, logger });
  const place = (more: Partial<PlaceCall> = {}) =>
    calls.control.place({
      callId: newId('CA'),
      accountId,
      to: '+14155550199',
      from: ownNumber,
      script: { url: scriptUrl },
      ringTimeoutSeconds: 60,
      timeLimitSeconds: 14_400,
      ...more,
    });
  return {
    calls,
    store,
    leases,
    commands,
    routing,
    account,
    scripts,
    recorder,
    timelineStore,
    usage,
    expireLost,
    place,
    newId,
  };
}

export const accountId = `AC${'1'.repeat(32)}`;
export const applicationId = `AP${'2'.repeat(32)}`;
export const endpointId = `SE${'3'.repeat(32)}`;
export const trunkId = `TK${'4'.repeat(32)}`;
export const ownNumber = '+14155550100';
export const scriptUrl = 'https://example.com/voice';

/** The types of a call's events, in order, once their numbers have been seen to be 1, 2, 3 … */
export async function eventTypes(store: CallStore, callId: string): Promise<readonly string[]> {
  const { pendingEvents } = (await store.find(callId))!;
  pendingEvents.forEach(({ sequence }, index) => {
    if (sequence !== index + 1) throw new Error(`Event ${index + 1} of ${callId} has sequence ${sequence}.`);
  });
  return pendingEvents.map((event) => event.type);
}
