import { idMaker } from '@hookswitch/kernel/ids';
import { silentLogger } from '@hookswitch/kernel/logger';
import { ManualClock } from '@hookswitch/kernel/manual-clock';
import { seededRandom } from '@hookswitch/kernel/random';
import type { LiveCall } from '@hookswitch/media/port/live-call';
import type { Call } from '../../call-records/call.js';
import {
  createHttpScriptSource,
  defaultScriptSettings,
  type RunScript,
  type ScriptEnd,
} from '../../scripting/index.js';
import type { FlowSource, RunnableFlow } from '../flow.js';
import { createFlowRunner } from '../run/flow-runner.js';
import { PlanByNode } from './plan-by-node.js';
import { refuseConferences } from './refuse-conferences.js';
import { refuseToDial } from './refuse-to-dial.js';
import { SimulatedCaller } from './simulated-caller.js';
import { runUntil } from './simulated-clock.js';
import { SimulatedContact } from './simulated-contact.js';
import type { MakeSimulatedEngine, SimulatedPhone } from './simulated-engine.js';
import { SimulatedHttp } from './simulated-http.js';
import { SimulatedQueue } from './simulated-queue.js';
import { SimulatedRecorder } from './simulated-recorder.js';
import { SimulatedSounds } from './simulated-sounds.js';
import type { FlowSimulation, SimulationPlan } from './simulation.js';
import { SimulationBudget } from './simulation-budget.js';

/** What is simulated. */
export interface FlowToSimulate {
  readonly accountId: string;
  readonly flow: RunnableFlow;
  /** Finds the flows in it; see `flowsWithin`. */
  readonly flows: FlowSource;
  /** Lengths of the audio files it names, milliseconds. */
  readonly audioLengths: ReadonlyMap<string, number>;
}

/** Signs what a simulation would send; nothing is. */
const signingSecret = `whsec_${Buffer.alloc(24).toString('base64')}`;

/**
 * Runs a flow as a call would, with the same runner, on an engine without sound and a clock of its own. Always the same for the same plan.
 * @throws SimulationTooLongError
 */
export function simulateFlow(
  what: FlowToSimulate,
  plan: SimulationPlan,
  makeEngine: MakeSimulatedEngine,
): Promise<FlowSimulation> {
  return new FlowSimulator(what, plan, makeEngine).run();
}

class FlowSimulator {
  readonly #what: FlowToSimulate;
  readonly #plan: SimulationPlan;
  readonly #clock: ManualClock;
  readonly #engine;
  readonly #contact = new SimulatedContact();
  readonly #budget = new SimulationBudget();
  readonly #sounds: SimulatedSounds;
  readonly #http: SimulatedHttp;
  readonly #trace: { at: number; kind: string; summary: string; detail: Record<string, unknown> }[] = [];
  readonly #entered: { at: number; node: string }[] = [];
  readonly #messages: { to: string; text: string }[] = [];
  readonly #variables: Map<string, string>;
  #leg!: LiveCall;
  #phone!: SimulatedPhone;
  #caller!: SimulatedCaller;
  #endedAt: number | undefined;
  #revision = 0;
  #soundsCounted = 0;

  constructor(what: FlowToSimulate, plan: SimulationPlan, makeEngine: MakeSimulatedEngine) {
    this.#what = what;
    this.#plan = plan;
    this.#clock = new ManualClock(plan.at);
    this.#engine = makeEngine(this.#clock);
    this.#sounds = new SimulatedSounds(what.audioLengths);
    this.#http = new SimulatedHttp(
      this.#clock,
      new PlanByNode(plan.answers),
      () => this.#node,
      (request) => this.#budget.told(request),
    );
    this.#variables = new Map(Object.entries(plan.variables));
  }

  async run(): Promise<FlowSimulation> {
    await this.#call();
    const giveUp = new AbortController();
    let end: ScriptEnd | undefined;
    void this.#runFlow(giveUp.signal).then((how) => {
      end = how;
    });
    const isOver = () => end !== undefined && this.#leg.status === 'ended';
    try {
      const inTime = await this.#runUntil(() => {
        this.#countSounds();
        this.#budget.check();
        return isOver();
      }, this.#plan.limitSeconds * 1000);
      return this.#result(inTime ? end : undefined);
    } finally {
      giveUp.abort('the simulation is over');
      void this.#engine.stop(0);
      await this.#runUntil(isOver, 60_000);
    }
  }

  #runUntil(isDone: () => boolean, limitMs: number): Promise<boolean> {
    return runUntil(this.#clock, isDone, limitMs, () => this.#budget.computing);
  }

  /** What was heard since the last time. */
  #countSounds(): void {
    const { heard } = this.#phone;
    for (; this.#soundsCounted < heard.length; this.#soundsCounted++) {
      const { sound, from } = heard[this.#soundsCounted]!;
      this.#budget.told({ seconds: 0, node: this.#node, ...this.#sounds.nameOf(sound, from === 'peer') });
    }
  }

  get #node(): string | null {
    return this.#entered.at(-1)?.node ?? null;
  }

  async #call(): Promise<void> {
    await this.#engine.start();
    let isIn = false;
    this.#engine.events.once('incoming', (incoming) => {
      this.#leg = incoming.accept('simulation');
      isIn = true;
    });
    const { from, to, caller } = this.#plan;
    this.#phone = this.#engine.network.call({ from, to, source: { kind: 'trunk', id: 'simulation' } });
    await runUntil(this.#clock, () => isIn, 1000);
    this.#leg.events.once('ended', () => {
      this.#endedAt = this.#clock.now();
    });
    this.#caller = new SimulatedCaller(this.#clock, this.#phone, caller);
  }

  #runFlow(signal: AbortSignal): Promise<ScriptEnd> {
    const { flow, flows } = this.#what;
    const newId = idMaker(this.#clock, seededRandom(1));
    const runner = createFlowRunner({
      scripting: {
        clock: this.#clock,
        logger: silentLogger,
        source: createHttpScriptSource({
          http: this.#http,
          clock: this.#clock,
          newId,
          settings: defaultScriptSettings,
        }),
        audio: this.#sounds.audio,
        speech: this.#sounds.speech,
        recorder: new SimulatedRecorder(),
        settings: defaultScriptSettings,
      },
      flows,
      counts: { add: () => {} },
      services: {
        http: this.#http,
        newId,
        turns: this.#budget,
        sms: {
          send: async ({ to, text }) => {
            this.#messages.push({ to, text });
            this.#budget.told(text);
          },
        },
      },
    });
    const { flowId, version } = flow;
    return runner.run(this.#request({ flow: { flowId, version, variables: this.#plan.variables } }, signal));
  }

  #request(script: RunScript['script'], signal: AbortSignal): RunScript {
    const { queues, lines } = this.#plan;
    return {
      call: () => this.#record(),
      leg: this.#leg,
      script,
      signingSecrets: [signingSecret],
      signal,
      nextRevision: () => ++this.#revision,
      note: (entry) => this.#note(entry),
      tag: async () => {},
      children: refuseToDial,
      conferences: refuseConferences,
      queue: new SimulatedQueue({
        clock: this.#clock,
        engine: this.#engine,
        contact: this.#contact,
        queues: new PlanByNode(queues),
        lines: new PlanByNode(lines),
        node: () => this.#node ?? '',
        leg: () => this.#leg,
        callerHangsUp: () => this.#caller.hangUp(),
      }),
    };
  }

  #note({ kind, summary, detail = {} }: Parameters<RunScript['note']>[0]): void {
    const at = this.#clock.now();
    this.#trace.push({ at, kind, summary, detail: { ...detail } });
    this.#budget.told({ at, kind, summary, detail });
    if (kind !== 'flow') return;
    if (detail.event === 'variable') this.#variables.set(String(detail.name), String(detail.value));
    if (detail.event !== 'entered') return;
    this.#entered.push({ at, node: String(detail.node) });
    this.#caller.entered(String(detail.node));
  }

  #record(): Call {
    const { from, to, at } = this.#plan;
    const status = { dialing: 'queued', ringing: 'ringing', answered: 'in-progress', ended: 'completed' } as const;
    return {
      id: 'simulation',
      accountId: this.#what.accountId,
      contactId: 'simulation',
      direction: 'inbound',
      from,
      to,
      status: status[this.#leg.status],
      scriptRevision: this.#revision,
      nodeId: 'simulation',
      createdAt: at,
      ringingAt: at,
      tags: {},
      recordingIds: [],
      sequence: 1,
      revision: 1,
      pendingEvents: [],
    };
  }

  #result(end: ScriptEnd | undefined): FlowSimulation {
    const { flow } = this.#what;
    const by = this.#endedBy(end);
    const { rating, voicemailSeconds, requested: callback } = this.#contact;
    return {
      flowId: flow.flowId,
      version: flow.version,
      durationSeconds: this.#seconds(this.#endedAt ?? this.#clock.now()),
      end: { by, node: this.#node, ...(end?.kind === 'failed' ? { code: end.code } : {}) },
      trace: this.#trace.map(({ at, ...entry }) => ({ seconds: this.#seconds(at), ...entry })),
      heard: this.#heard(),
      keys: this.#contact.keys,
      variables: Object.fromEntries(this.#variables),
      requests: this.#http.requests.map(({ at, ...request }) => ({ seconds: this.#seconds(at), ...request })),
      messages: this.#messages,
      contact: {
        endCode: this.#contact.endCode(by),
        ...(rating === undefined ? {} : { rating }),
        ...(voicemailSeconds === undefined ? {} : { voicemailSeconds }),
        ...(callback === undefined ? {} : { callback }),
      },
    };
  }

  #endedBy(end: ScriptEnd | undefined): FlowSimulation['end']['by'] {
    if (!end) return 'limit';
    if (end.kind === 'failed') return 'failure';
    return this.#caller.hungUp ? 'caller' : 'platform';
  }

  #heard(): FlowSimulation['heard'] {
    const now = this.#endedAt ?? this.#clock.now();
    let entered = 0; // both lists are in order of time
    return this.#phone.heard.map(({ sound, from, startedAt, endedAt = now }) => {
      while ((this.#entered[entered]?.at ?? Number.POSITIVE_INFINITY) <= startedAt) entered++;
      return {
        seconds: this.#seconds(startedAt),
        forSeconds: Math.max(0, (endedAt - startedAt) / 1000),
        node: this.#entered[entered - 1]?.node ?? null,
        ...this.#sounds.nameOf(sound, from === 'peer'),
      };
    });
  }

  #seconds(at: number): number {
    return Math.max(0, (at - this.#plan.at) / 1000);
  }
}
