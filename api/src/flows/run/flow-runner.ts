import { setMaxListeners } from 'node:events';
import { BaseError } from '@hookswitch/kernel/base-error';
import type { Logger } from '@hookswitch/kernel/logger';
import type { FlowRef } from '../../call-records/flow-ref.js';
import type { FlowEnd } from '../../scripting/flow/flow-end.js';
import type { FlowNesting } from '../../scripting/flow/flow-nesting.js';
import {
  apologize,
  createScriptContext,
  createScriptRunner,
  type FlowPlace,
  type FlowRunner,
  type FlowStepEnd,
  type RunScript,
  runOnLeg,
  type ScriptEnd,
  type ScriptRunner,
  type ScriptRunnerDeps,
  untilLegEnds,
} from '../../scripting/index.js';
import type { FlowCountWriter } from '../counts/batched-flow-counts.js';
import type { FlowSource } from '../flow.js';
import { FlowNotFoundError, FlowNotPublishedError } from '../flow-errors.js';
import type { FlowServices } from './flow-node.js';
import { FlowPace } from './flow-pace.js';
import { FlowRun, type FlowRunInit } from './flow-run.js';
import { FlowTrack } from './flow-track.js';
import { PressedKeys } from './pressed-keys.js';
import { Secrets } from './secrets.js';
import { EventLoopTurns } from './turns.js';

export interface FlowRunnerDeps {
  /** For the scripts that run beside flows and in them. */
  readonly scripting: Omit<ScriptRunnerDeps, 'flows'>;
  readonly flows: FlowSource;
  readonly counts: FlowCountWriter;
  /** With turns of the event loop where it names none. */
  readonly services: Omit<FlowServices, 'turns'> & Partial<Pick<FlowServices, 'turns'>>;
}

type MadeDeps = FlowRunnerDeps & { readonly services: FlowServices };

/** Most flows below one. */
export const deepestFlow = 10;

/** Makes the runner of all that calls are told to do: flows itself, scripts by the runner of scripts. */
export function createFlowRunner(given: FlowRunnerDeps): FlowRunner {
  const deps: MadeDeps = { ...given, services: { turns: new EventLoopTurns(), ...given.services } };
  const { logger } = deps.scripting;
  const runner: FlowRunner = {
    run(request) {
      if (!('flow' in request.script)) return scripts.run(request);
      const { flow } = request.script;
      return runOnLeg(request, logger, (signal, ofCall) =>
        new CallFlows(deps, request, placeOf(request), runner, scripts, signal, ofCall).runWhole(flow),
      );
    },
    runStep(request, ref, place = {}) {
      const { id: callId, accountId } = request.call();
      const ofCall = logger.child({ callId, accountId });
      setMaxListeners(100, request.signal); // each of the flows and scripts in one another listens
      return untilLegEnds(request, (signal) =>
        new CallFlows(deps, request, place, runner, scripts, signal, ofCall).runStep(ref),
      );
    },
  };
  const scripts = createScriptRunner({ ...deps.scripting, flows: runner });
  return runner;
}

/** Where the flow begins that is all that the call does, and who is told where it stands. */
function placeOf({ from, reached }: RunScript): FlowPlace {
  return {
    from: from?.kind === 'flow' ? from : undefined,
    reached: reached && ((standing) => reached({ kind: 'flow', ...standing })),
  };
}

/** The flows of one run on a call: the one that was asked for, and those in it. */
class CallFlows {
  readonly #deps: MadeDeps;
  readonly #request: RunScript;
  readonly #runner: FlowRunner;
  readonly #scripts: ScriptRunner;
  readonly #signal: AbortSignal;
  readonly #logger: Logger;
  readonly #nesting: FlowNesting;
  readonly #track: FlowTrack;
  /** They go on where those of an earlier process stood. */
  readonly #goesOn: boolean;

  constructor(
    deps: MadeDeps,
    request: RunScript,
    place: FlowPlace,
    runner: FlowRunner,
    scripts: ScriptRunner,
    signal: AbortSignal,
    logger: Logger,
  ) {
    this.#deps = deps;
    this.#nesting = request.nesting ?? {
      depth: 0,
      pace: new FlowPace(),
      keys: new PressedKeys(place.from?.keys),
      secrets: new Secrets(place.from?.secrets),
    };
    this.#track = new FlowTrack(this.#nesting, place);
    this.#goesOn = place.from !== undefined;
    const { from: _, reached: __, ...whole } = request;
    this.#request = { ...whole, note: (entry) => request.note(this.#nesting.secrets.hide(entry)) };
    this.#runner = runner;
    this.#scripts = scripts;
    this.#signal = signal;
    this.#logger = logger;
  }

  /** Runs it as what the call does, or as what runs beside. */
  async runWhole(ref: FlowRef): Promise<ScriptEnd> {
    if (!this.#goesOn) this.#request.nextRevision();
    const { end } = await this.#attempt(ref);
    if (end.kind === 'failed') return this.#giveUp(end.code);
    if (end.kind === 'stopped') return this.#stopped();
    if (this.#request.aside && end.by !== 'hangUp') return { kind: 'left', by: end.by === 'leave' ? 'leave' : 'end' };
    this.#request.leg.hangUp();
    return { kind: 'finished' };
  }

  async runStep(ref: FlowRef): Promise<FlowStepEnd> {
    const { end, version } = await this.#attempt(ref);
    const known = version === undefined ? {} : { version };
    const keys = this.#nesting.keys.all.map(({ key, label }) => ({ key, label }));
    if (end.kind !== 'ended' || end.by !== 'leave' || this.#request.aside) return { end, ...known, keys };
    return { end: { ...end, by: 'end' }, ...known, keys }; // there is nothing to leave
  }

  /** What breaks is told, and is a failure. */
  async #attempt(ref: FlowRef): Promise<{ end: FlowEnd; version?: string }> {
    let version: string | undefined;
    const found = (name: string) => {
      version = name;
    };
    let end: FlowEnd;
    try {
      const shared = await this.#shared();
      if (ref.outsideHours && !this.#goesOn) shared.contact.endsAs('notWorkTime');
      end = await this.#run(ref, shared, this.#nesting, found);
    } catch (error) {
      end = this.#signal.aborted ? { kind: 'stopped' } : { kind: 'failed', code: this.#failed(error) };
    }
    return { end, ...(version === undefined ? {} : { version }) };
  }

  async #shared(): Promise<Omit<FlowRunInit, 'nesting'>> {
    const { services, counts, scripting } = this.#deps;
    const request = this.#request;
    const shared: Omit<FlowRunInit, 'nesting'> = {
      request,
      context: createScriptContext({ ...scripting, logger: this.#logger }, request, this.#runner, this.#signal),
      logger: this.#logger,
      contact: await request.queue.contact(),
      services,
      counts,
      scripts: this.#scripts,
      track: this.#track,
      runFlow: (ref, nesting) => this.#run(ref, shared, nesting),
    };
    return shared;
  }

  async #run(
    ref: FlowRef,
    shared: Omit<FlowRunInit, 'nesting'>,
    nesting: FlowNesting,
    found: (version: string) => void = () => {},
  ): Promise<FlowEnd> {
    try {
      if (nesting.depth > deepestFlow) throw new FlowTooDeepError(ref.flowId);
      const { flow, former } = await this.#find(ref, nesting.depth, shared.context.accountId);
      found(flow.version);
      return await new FlowRun({ ...shared, nesting }, flow, ref.variables, former).run();
    } catch (error) {
      if (!cannotBeRun(error)) throw error;
      return { kind: 'failed', code: this.#failed(error) };
    }
  }

  /** The version to run, and where an earlier process stood in it. */
  async #find(ref: FlowRef, depth: number, accountId: string) {
    const { flows } = this.#deps;
    const former = this.#track.former(depth, ref.flowId);
    if (former) {
      try {
        return { flow: await flows.find(accountId, { ...ref, version: former.version }), former };
      } catch (error) {
        if (!(error instanceof FlowNotFoundError)) throw error; // deleted meanwhile
      }
    }
    return { flow: await flows.find(accountId, ref), former: undefined };
  }

  /** Puts a failure on the timeline, and in the log where it is ours. */
  #failed(error: unknown): string {
    if (!(error instanceof BaseError) || error.kind === 'bug') this.#logger.error({ err: error }, 'a flow broke');
    const [code, message] =
      error instanceof BaseError
        ? [error.code, error.message]
        : ['internal-error', 'The platform broke while it ran a node of the flow.'];
    this.#request.note({ kind: 'error', summary: message, detail: { code, message } });
    return code;
  }

  async #giveUp(code: string): Promise<ScriptEnd> {
    const { leg, aside, signal, note } = this.#request;
    if (aside === 'interlude') return signal.aborted ? { kind: 'interrupted' } : { kind: 'failed', code };
    if (!aside) await apologize(leg, { ...this.#deps.scripting, logger: this.#logger }, this.#signal, note);
    if (signal.aborted) return { kind: 'interrupted' };
    leg.hangUp({ by: 'system', reason: 'script-failed' });
    return { kind: 'failed', code };
  }

  #stopped(): ScriptEnd {
    return { kind: this.#request.signal.aborted ? 'interrupted' : 'call-ended' };
  }
}

/** A flow cannot be run at all: what named it may go on otherwise. */
function cannotBeRun(error: unknown): boolean {
  return [FlowNotFoundError, FlowNotPublishedError, FlowTooDeepError].some((kind) => error instanceof kind);
}

/** Too many flows in one another. */
export class FlowTooDeepError extends BaseError {
  constructor(flowId: string) {
    super('limit', 'flow-too-deep', `More than ${deepestFlow} flows are in one another; ${flowId} was not run.`);
  }
}
