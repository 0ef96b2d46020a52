import { BaseError } from '@hookswitch/kernel/base-error';
import type { Termination } from '@hookswitch/media/port/termination';
import { apologize } from './apologize.js';
import { createScriptContext, type ScriptContextDeps } from './create-script-context.js';
import { InvalidScriptError } from './invalid-script-error.js';
import type { Outcome, VerbResult } from './outcome.js';
import { parseScript } from './parse-script.js';
import { runOnLeg } from './run-on-leg.js';
import type { ParsedVerb, Script } from './script.js';
import type { ScriptContext } from './script-context.js';
import type { ScriptEnd } from './script-end.js';
import type { DialTalk, FlowStanding, ScriptPosition } from './script-position.js';
import type { FlowRunner, RunScript, ScriptRunner } from './script-runner.js';
import type { ScriptSettings } from './script-settings.js';
import { type ScriptFailure, type ScriptSource, ScriptUnavailableError } from './script-source.js';
import { shownVerb, verbSummary } from './verb-note.js';
import { runVerb } from './verb-registry.js';
import { resumeDial } from './verbs/dial.js';

export interface ScriptRunnerDeps extends ScriptContextDeps {
  readonly source: ScriptSource;
  readonly settings: ScriptSettings;
  /** Runs the flows that scripts name, and whatever is run beside a script. Without it there are no flows. */
  readonly flows?: FlowRunner;
}

/** Makes the runner of scripts. */
export function createScriptRunner(deps: ScriptRunnerDeps): ScriptRunner {
  const runner: FlowRunner = {
    run: (request) =>
      runOnLeg(request, deps.logger, (signal, logger) =>
        new ScriptRun({ ...deps, logger }, request, signal, deps.flows ?? runner).run(),
      ),
    runStep: async () => ({ end: { kind: 'failed', code: 'resource-not-found' }, keys: [] }),
  };
  return runner;
}

/** A document that ran for less counts as one that only leads to another, milliseconds. */
const quickMs = 500;

/** What to run next: a document that is there, or one to ask for, or the rest of one that an earlier process began. */
type Next = { readonly kind: 'inline'; readonly text: string } | Exclude<ScriptPosition, { kind: 'flow' }>;

interface Document {
  readonly script: Script;
  readonly url: string | undefined;
  /** Of the first verb, where an earlier process ran those before it. */
  readonly from?: number;
  /** The first verb is a `dial`, and both talk already. */
  readonly talk?: DialTalk | undefined;
  /** The first verb is a `flow`, which stood there. */
  readonly flow?: FlowStanding | undefined;
}

/** How one document ended: it leads to another, hung up, ran out of verbs, or was stopped from outside. */
type DocumentEnd =
  | { readonly kind: 'ask'; readonly url: string; readonly result?: VerbResult }
  | { readonly kind: 'ran-out'; readonly why?: Partial<Termination> }
  | { readonly kind: 'hung-up' | 'left' | 'stopped' };

/** One run: the loop over documents and their verbs. */
class ScriptRun {
  readonly #deps: ScriptRunnerDeps;
  readonly #request: RunScript;
  /** Aborts when the leg ended or the script is interrupted. */
  readonly #signal: AbortSignal;
  readonly #runner: FlowRunner;
  #revision: number;
  /** Documents in a row that took no time to speak of. */
  #quickDocuments = 0;
  #failures = 0;

  constructor(deps: ScriptRunnerDeps, request: RunScript, signal: AbortSignal, runner: FlowRunner) {
    this.#deps = deps;
    this.#request = request;
    this.#signal = signal;
    this.#runner = runner;
    this.#revision = request.call().scriptRevision;
  }

  async run(): Promise<ScriptEnd> {
    const { script, from } = this.#request;
    let next: Next = from && from.kind !== 'flow' ? from : firstOf(script);
    for (;;) {
      if (this.#request.signal.aborted) return { kind: 'interrupted' };
      // A talk that was taken over may be over already: its result is told.
      if (this.#ended && !talkOf(next)) return this.#afterCall(next);
      try {
        const document = await this.#document(next);
        const startedAt = this.#deps.clock.monotonic();
        const end = await this.#runDocument(document);
        if (this.#deps.clock.monotonic() - startedAt >= quickMs) this.#quickDocuments = 0;
        if (end.kind !== 'ask') return this.#over(end.kind, end.kind === 'ran-out' ? end.why : undefined);
        next = end;
      } catch (error) {
        if (this.#signal.aborted) return this.#over('stopped');
        const failure = this.#failed(error, next);
        const fallbackUrl = 'url' in script ? script.fallbackUrl : undefined;
        if (fallbackUrl === undefined || this.#failures > this.#deps.settings.maxFailures || isFallback(next)) {
          return this.#giveUp(failure);
        }
        next = { kind: 'ask', url: fallbackUrl, error: failure };
      }
    }
  }

  get #ended(): boolean {
    return this.#request.leg.status === 'ended';
  }

  async #document(next: Next): Promise<Document> {
    if (next.kind === 'verb') {
      return { script: next.verbs, url: next.documentUrl, from: next.index, talk: next.talk, flow: next.flow };
    }
    if (next.kind === 'ask') this.#request.reached?.(next);
    const { maxQuickDocuments } = this.#deps.settings;
    if (++this.#quickDocuments > maxQuickDocuments) {
      throw new TooManyRedirectsError(maxQuickDocuments, next.kind === 'ask' ? next.url : undefined);
    }
    const forbidden = this.#request.aside ? (['dial', 'enqueue', 'conference'] as const) : (['leave'] as const);
    if (next.kind === 'inline') return { script: parseScript({ body: next.text }, { forbidden }), url: undefined };
    const answer = await this.#ask(next);
    try {
      return { script: parseScript(answer, { documentUrl: answer.url, forbidden }), url: answer.url };
    } catch (error) {
      if (error instanceof InvalidScriptError) throw new InvalidDocumentError(error, answer.url);
      throw error;
    }
  }

  #ask(next: Next & { kind: 'ask' }) {
    const { call, leg, signingSecrets, note, stepOf } = this.#request;
    return this.#deps.source.ask({
      url: next.url,
      call: call(),
      sipHeaders: leg.facts.headers,
      scriptRevision: this.#revision,
      signingSecrets,
      // A result is told although the call is over.
      signal: next.result === undefined ? this.#signal : this.#request.signal,
      note,
      ...(next.result === undefined ? {} : { result: next.result }),
      ...(next.error === undefined ? {} : { error: next.error }),
      ...(stepOf === undefined ? {} : { flow: stepOf }),
    });
  }

  async #runDocument(document: Document): Promise<DocumentEnd> {
    const { script, url, talk: resumed, flow } = document;
    if (this.#signal.aborted && !resumed) return { kind: 'stopped' };
    if (document.from === undefined) this.#revision = this.#request.nextRevision();
    const { reached, leg } = this.#request;
    let at = 0;
    const talks = (talk: DialTalk) => reached?.({ ...positionIn(document, at), talk });
    const context = createScriptContext(this.#deps, this.#request, this.#runner, this.#signal, {
      documentUrl: url,
      beginsAgain: () => at === 0 && document.from !== undefined,
      talks,
      runFlow: (ref) =>
        this.#runner.runStep(this.#request, ref, {
          from: at === 0 ? flow : undefined,
          reached: reached && ((standing) => reached({ ...positionIn(document, at), flow: standing })),
        }),
    });
    let orEnd: Partial<Termination> | undefined;
    for (; at < script.length; at++) {
      const talk = at === 0 ? resumed : undefined;
      if (this.#signal.aborted && !talk) return { kind: 'stopped' };
      const verb = script[at]!;
      const outcome = talk
        ? await resumeDial(verb as ParsedVerb<'dial'>, leg, context, talk)
        : await this.#runVerb(verb, document, at, context);
      if (outcome.kind === 'go-to') {
        return { kind: 'ask', url: outcome.url, ...(outcome.result === undefined ? {} : { result: outcome.result }) };
      }
      if (outcome.kind === 'end') return { kind: 'hung-up' };
      if (outcome.kind === 'leave') return { kind: 'left' };
      orEnd = outcome.orEnd;
    }
    if (this.#signal.aborted) return { kind: 'stopped' };
    return orEnd === undefined ? { kind: 'ran-out' } : { kind: 'ran-out', why: orEnd };
  }

  #runVerb(verb: ParsedVerb, document: Document, at: number, context: ScriptContext): Promise<Outcome> {
    this.#request.reached?.(positionIn(document, at));
    const detail = { revision: this.#revision, index: (document.from ?? 0) + at, ...shownVerb(verb) };
    context.note({ kind: 'verb', summary: verbSummary(verb), detail });
    return runVerb(verb, this.#request.leg, context);
  }

  #over(how: Exclude<DocumentEnd['kind'], 'ask'>, why?: Partial<Termination>): ScriptEnd {
    if (how === 'stopped') return { kind: this.#request.signal.aborted ? 'interrupted' : 'call-ended' };
    if (how === 'left') return { kind: 'left', by: 'leave' };
    if (how === 'ran-out' && (this.#request.aside ?? this.#request.stepOf)) return { kind: 'left', by: 'end' };
    this.#request.leg.hangUp(why);
    return { kind: 'finished' };
  }

  /** The call is over; what a verb came to is still told, and whatever is answered does not matter. */
  async #afterCall(next: Next): Promise<ScriptEnd> {
    if (next.kind === 'ask' && next.result !== undefined) {
      await this.#ask(next).catch((error: unknown) => {
        if (!(error instanceof BaseError)) throw error;
      });
    }
    return { kind: 'call-ended' };
  }

  /** Puts a failure on the timeline, and in the log where it is ours. */
  #failed(error: unknown, next: Next): ScriptFailure {
    this.#failures++;
    this.#quickDocuments = 0;
    const failure = failureOf(error, next);
    if (!(error instanceof BaseError) || error.kind === 'bug') {
      this.#deps.logger.error({ err: error }, 'a verb broke');
    }
    const fields = error instanceof BaseError && error.fields.length > 0 ? { faults: error.fields } : {};
    this.#request.note({ kind: 'error', summary: failure.message, detail: { ...failure, ...fields } });
    return failure;
  }

  async #giveUp({ code }: ScriptFailure): Promise<ScriptEnd> {
    const { leg, aside, stepOf } = this.#request;
    if (aside === 'interlude' || stepOf)
      return this.#request.signal.aborted ? { kind: 'interrupted' } : { kind: 'failed', code };
    if (!aside) await apologize(leg, this.#deps, this.#signal, this.#request.note);
    if (this.#request.signal.aborted) return { kind: 'interrupted' };
    leg.hangUp({ by: 'system', reason: 'script-failed' });
    return { kind: 'failed', code };
  }
}

function firstOf(script: RunScript['script']): Next {
  if ('flow' in script) throw new TypeError('A flow is no script: the runner of flows takes it.');
  if ('inline' in script) return { kind: 'inline', text: script.inline };
  return { kind: 'ask', url: script.url, ...(script.result === undefined ? {} : { result: script.result }) };
}

function positionIn({ script, url, from = 0 }: Document, at: number): Extract<ScriptPosition, { kind: 'verb' }> {
  const known = url === undefined ? {} : { documentUrl: url };
  return { kind: 'verb', verbs: script.slice(at), index: from + at, ...known };
}

function talkOf(next: Next): DialTalk | undefined {
  return next.kind === 'verb' ? next.talk : undefined;
}

function isFallback(next: Next): boolean {
  return next.kind === 'ask' && next.error !== undefined;
}

function failureOf(error: unknown, next: Next): ScriptFailure {
  const url = next.kind === 'ask' ? next.url : undefined;
  if (error instanceof InvalidDocumentError) {
    const [first] = error.fields;
    return { code: error.code, message: error.message, url: error.url, ...(first ? { pointer: first.pointer } : {}) };
  }
  if (error instanceof ScriptUnavailableError) {
    return { code: error.code, message: error.message, url: error.url };
  }
  const [first] = error instanceof InvalidScriptError ? error.fields : [];
  const message = error instanceof BaseError ? error.message : 'The platform broke while it ran a verb.';
  return {
    code: error instanceof BaseError ? error.code : 'internal-error',
    message,
    ...(url === undefined ? {} : { url }),
    ...(first ? { pointer: first.pointer } : {}),
  };
}

/** A document with faults, and where it came from. */
class InvalidDocumentError extends BaseError {
  readonly url: string;
  constructor(error: InvalidScriptError, url: string) {
    super(error.kind, error.code, `${url}: ${error.message}`, { fields: error.fields, cause: error });
    this.url = url;
  }
}

/** Documents that only lead to one another, or do nothing that takes time. */
export class TooManyRedirectsError extends BaseError {
  constructor(limit: number, url: string | undefined) {
    const last = url === undefined ? '' : ` The next would have been ${url}.`;
    super(
      'limit',
      'script-redirect-loop',
      `More than ${limit} scripts in a row took no time but led to another.${last}`,
    );
  }
}
