import { BaseError } from '@hookswitch/kernel/base-error';
import { idMaker } from '@hookswitch/kernel/ids';
import { silentLogger } from '@hookswitch/kernel/logger';
import { ManualClock } from '@hookswitch/kernel/manual-clock';
import { seededRandom } from '@hookswitch/kernel/random';
import { createFakeEngine, type FakeFarEnd, type FarEndScript } from '@hookswitch/media/drivers/fake/index';
import type { IncomingCall } from '@hookswitch/media/port/call-engine';
import type { CapturedFile, LiveCall } from '@hookswitch/media/port/live-call';
import type { AudioRef } from '@hookswitch/media/port/sound';
import type { Call } from '../call-records/call.js';
import { ScriptedOutboundHttp } from '../outbound-http/index.js';
import type { CallRecorder, CallRecording, RecordingResult, StartRecording } from '../recordings/call-recorder.js';
import { createMemorySpeech } from '../speech/memory-speech.js';
import { Talk } from './dial/talk.js';
import { createHttpScriptSource } from './http-script-source.js';
import { createScriptRunner, type ScriptRunnerDeps } from './run-script.js';
import type { ChildCall, ChildCalls, ChildDial } from './script-context.js';
import type { ScriptEnd } from './script-end.js';
import type { ScriptLocation } from './script-location.js';
import type { ScriptPosition } from './script-position.js';
import type { RunScript, ScriptRunner } from './script-runner.js';
import { defaultScriptSettings, type ScriptSettings } from './script-settings.js';
import { TestConferences } from './test-conferences.fixture.js';
import { TestQueue } from './test-queue.fixture.js';

/** Where scripted calls ask for their script, unless told otherwise. */
export const scriptUrl = 'https://backend.example/voice';
export const signingSecret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

export interface ScriptedCallOptions {
  /** Verbs that `scriptUrl` answers. */
  readonly verbs?: readonly unknown[];
  /** Where the script comes from. Default: `scriptUrl`. */
  readonly script?: ScriptLocation;
  /** Where an earlier process stood in it. */
  readonly from?: ScriptPosition;
  /** Phones that can be dialled, by user or number without its plus sign. */
  readonly phones?: Readonly<Record<string, FarEndScript>>;
  /** What further addresses answer, before the call begins. */
  readonly http?: (http: ScriptedOutboundHttp) => void;
  readonly audio?: Readonly<Record<string, AudioRef>>;
  readonly settings?: Partial<ScriptSettings>;
  /** Makes what runs it. Default: the runner of scripts. */
  readonly makeRunner?: (deps: ScriptRunnerDeps, call: ScriptedCall) => ScriptRunner;
  /** Refuses to dial. */
  readonly refuseDial?: (request: ChildDial) => BaseError | undefined;
}

/** One inbound call on the fake engine that runs a script, with everything around it that a test may want to look at. */
export class ScriptedCall {
  readonly clock = new ManualClock();
  readonly http = new ScriptedOutboundHttp();
  readonly engine = createFakeEngine({
    clock: this.clock,
    random: seededRandom(1),
    save: async () => {},
  });
  /** Far ends that were rung, in order. */
  readonly dialled: FakeFarEnd[] = [];
  /** Where the script stood, one place after another, as a store would have it. */
  readonly stood: ScriptPosition[] = [];
  /** What was asked of the calls feature, in order. */
  readonly dials: ChildDial[] = [];
  readonly children: ChildCall[] = [];
  readonly timeline: Parameters<RunScript['note']>[0][] = [];
  readonly tags: Record<string, string> = {};
  readonly recordings: { request: StartRecording; file: Promise<CapturedFile>; paused: string[] }[] = [];
  readonly queue = new TestQueue();
  readonly conferences = new TestConferences();
  readonly interruption = new AbortController();
  readonly newId = idMaker(this.clock, seededRandom(2));
  readonly runner: ScriptRunner;
  caller!: FakeFarEnd;
  leg!: LiveCall;
  /** How the run ended, once it has. */
  end: ScriptEnd | undefined;
  revision = 0;
  readonly #options: ScriptedCallOptions;
  readonly #active: CallRecording[] = [];

  constructor(options: ScriptedCallOptions) {
    this.#options = options;
    const settings = { ...defaultScriptSettings, ...options.settings };
    const { makeRunner = createScriptRunner } = options;
    const deps: ScriptRunnerDeps = {
      clock: this.clock,
      logger: silentLogger,
      source: createHttpScriptSource({
        http: this.http,
        clock: this.clock,
        newId: this.newId,
        settings,
      }),
      audio: {
        resolve: async (_account, source) => {
          const found = options.audio?.['url' in source ? source.url : source.audioId];
          if (!found) throw new BaseError('upstream', 'audio-unavailable', `No audio at ${JSON.stringify(source)}.`);
          return found;
        },
      },
      speech: createMemorySpeech(),
      recorder: this.recorder,
      settings,
    };
    this.runner = makeRunner(deps, this);

    if (options.verbs) this.http.on(scriptUrl, JSON.stringify(options.verbs));
    options.http?.(this.http);
    for (const [number, script] of Object.entries(options.phones ?? {})) this.engine.network.phone(number, script);
    this.engine.network.events.on('dialled', (farEnd) => this.dialled.push(farEnd));
  }

  /** Lets a caller call and starts the script. */
  async start(): Promise<this> {
    await this.engine.start();
    const incoming = new Promise<IncomingCall>((resolve) => this.engine.events.once('incoming', resolve));
    this.caller = this.engine.network.call({ from: '+4930111', to: '+4930222', source: { kind: 'trunk', id: 'TK1' } });
    await this.advance(0);
    this.leg = (await incoming).accept('CA1');
    void this.runner
      .run({
        ...this.hooks(this.leg),
        script: this.#options.script ?? { url: scriptUrl },
        ...(this.#options.from && { from: this.#options.from }),
        reached: (position) => this.stood.push(JSON.parse(JSON.stringify(position)) as ScriptPosition),
      })
      .then((end) => (this.end = end));
    await this.advance(0);
    return this;
  }

  /** Moves time on; promises run after every timer. */
  async advance(ms: number): Promise<void> {
    await this.clock.advanceAsync(ms);
    for (let turn = 0; turn < 5; turn++) await this.clock.advanceAsync(0);
  }

  /** Bodies of the script requests so far. */
  get questions(): { url: string; call: Record<string, unknown>; result?: Record<string, unknown>; error?: unknown }[] {
    return this.http.requests.map(({ url, body }) => ({ url, ...JSON.parse(String(body)) }));
  }

  /** Keys of the audio that a far end heard, in order; tones by their frequencies. */
  static heardBy(farEnd: FakeFarEnd): string[] {
    return farEnd.heard.map(({ sound }) => (sound.kind === 'audio' ? sound.key : sound.frequencies.join('+')));
  }

  /** Summaries of the timeline's entries of one kind. */
  notes(kind: string): string[] {
    return this.timeline.filter((entry) => entry.kind === kind).map(({ summary }) => summary);
  }

  readonly recorder: CallRecorder = {
    start: async (request) => this.#record(request),
    active: () => [...this.#active],
  };

  readonly childCalls: ChildCalls = {
    dial: async (request) => this.#dial(request),
    connect: (a, b) => this.engine.connect(a, b),
    legOf: (callId) => this.engine.calls().find(({ id }) => id === callId),
    talk: (a, b) => new Talk((one, other) => this.engine.connect(one, other), a, b).watch(a),
    resumedTalk: () => undefined,
  };

  /** The hooks of a run on some leg of this call. */
  hooks(leg: LiveCall): Omit<RunScript, 'script'> {
    return {
      call: () => callRecord(leg, this.revision, this.tags),
      leg,
      signingSecrets: [signingSecret],
      signal: this.interruption.signal,
      nextRevision: () => ++this.revision,
      note: (entry) => this.timeline.push(entry),
      tag: async (tags) => {
        Object.assign(this.tags, tags);
      },
      children: this.childCalls,
      queue: this.queue,
      conferences: this.conferences,
    };
  }

  #dial(request: ChildDial): ChildCall {
    this.dials.push(request);
    const refusal = this.#options.refuseDial?.(request);
    if (refusal) throw refusal;
    const { target } = request;
    const user = target.kind === 'number' ? target.number.slice(1) : target.kind === 'endpoint' ? target.endpoint : '';
    const callId = `CA${this.dials.length + 1}`;
    const leg = this.engine.dial({
      callId,
      target: { kind: 'sip', uri: target.kind === 'sip' ? target.uri : `sip:${user}@far.example` },
      from: request.callerId ?? '+4930111',
      ringTimeoutMs: request.ringTimeoutSeconds * 1000,
      ...(request.headers ? { headers: request.headers } : {}),
    });
    const child: ChildCall = {
      callId,
      leg,
      runScript: async (script, signal) => {
        const location = 'url' in script ? script : { inline: JSON.stringify(script.verbs) };
        const end = await this.runner.run({ ...this.hooks(leg), script: location, signal, aside: 'whisper' });
        return end.kind === 'left' ? 'left' : 'ended';
      },
      ended: new Promise((resolve) => leg.events.once('ended', resolve)),
    };
    this.children.push(child);
    return child;
  }

  #record(request: StartRecording): CallRecording {
    const id = `RE${this.recordings.length + 1}`;
    const live = request.leg.record({
      recordingId: id,
      path: `/nowhere/${id}.wav`,
      channels: request.channels,
      directions: request.directions ?? 'both',
      ...(request.maxDurationSeconds === undefined ? {} : { maxDurationMs: request.maxDurationSeconds * 1000 }),
      ...(request.silenceTimeoutSeconds === undefined
        ? {}
        : { silenceTimeoutMs: request.silenceTimeoutSeconds * 1000 }),
    });
    const paused: string[] = [];
    this.recordings.push({ request, file: live.finished, paused });
    const finished = live.finished.then(
      ({ recordingId, durationMs, end }): RecordingResult => ({
        recordingId,
        durationSeconds: Math.round(durationMs / 1000),
        end: end === 'write-failed' ? 'failed' : end,
      }),
    );
    const recording: CallRecording = {
      id,
      finished,
      pause: async (mode) => {
        paused.push(mode);
        live.pause(mode);
      },
      resume: async () => {
        paused.push('resume');
        live.resume();
      },
      stop: async () => {
        await live.stop();
        return finished;
      },
    };
    this.#active.push(recording);
    void finished.then(() => this.#active.splice(this.#active.indexOf(recording), 1));
    return recording;
  }
}

/** Starts a scripted call. */
export function scriptedCall(options: ScriptedCallOptions): Promise<ScriptedCall> {
  return new ScriptedCall(options).start();
}

function callRecord(leg: LiveCall, scriptRevision: number, tags: Record<string, string>): Call {
  const status = { dialing: 'queued', ringing: 'ringing', answered: 'in-progress', ended: 'completed' } as const;
  return {
    id: leg.id,
    accountId: 'AC1',
    contactId: 'CN1',
    direction: leg.direction === 'inbound' ? 'inbound' : 'outbound-dial',
    from: leg.facts.from,
    to: leg.facts.to,
    status: status[leg.status],
    scriptRevision,
    nodeId: 'node',
    createdAt: Date.UTC(2026, 0, 1),
    tags,
    recordingIds: [],
    sequence: 1,
    revision: 1,
    pendingEvents: [],
  };
}
