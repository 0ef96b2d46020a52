import type { Call, CallScript } from '../call-records/call.js';
import { callEvent, isFinal } from '../call-records/index.js';
import type { ChildCalls, RunScript, ScriptEnd, ScriptLocation } from '../scripting/index.js';
import type { ActiveCall, ScriptsOfCall } from './active-call.js';
import type { CallsDeps } from './calls-deps.js';
import { noteOn } from './note-on.js';
import type { KeptScript } from './resume/kept-script.js';

/** What running scripts needs. */
export type CallScriptsDeps = Pick<
  CallsDeps,
  'scripts' | 'timeline' | 'registry' | 'queueOf' | 'conferencesOf' | 'keeper'
>;

/** The scripts of one call, one after another: the one it came with, then each that a live update put in its place. */
export class CallScripts implements ScriptsOfCall {
  readonly #active: ActiveCall;
  readonly #children: ChildCalls;
  readonly #deps: CallScriptsDeps;
  #next: KeptScript | undefined;
  #standing: KeptScript | undefined;
  #started = false;
  #control: AbortController | undefined;

  constructor(active: ActiveCall, children: ChildCalls, deps: CallScriptsDeps) {
    this.#active = active;
    this.#children = children;
    this.#deps = deps;
  }

  start(script: CallScript): void {
    this.resume({ of: script });
  }

  resume(script: KeptScript): void {
    this.#next = scriptLocation(script.of) && script;
    if (!this.#next) return;
    this.#started = true;
    if (this.#control) this.#control.abort('a new script');
    else void this.#deps.registry.during(() => this.#run());
  }

  get started(): boolean {
    return this.#started;
  }

  get standing(): KeptScript | undefined {
    return this.#standing;
  }

  stop(why: string): void {
    this.#next = undefined;
    this.#control?.abort(why);
  }

  async #run(): Promise<void> {
    let last: ScriptEnd | undefined;
    while (this.#next && this.#active.leg.status !== 'ended') {
      const script = this.#next;
      this.#next = undefined;
      this.#stands(script);
      const control = new AbortController();
      this.#control = control;
      try {
        last = await runScript(this.#active, scriptLocation(script.of)!, control.signal, this.#children, this.#deps, {
          ...(script.position && { from: script.position }),
          ...(this.#deps.keeper && { reached: (position) => this.#stands({ of: script.of, position }) }),
        });
      } catch (error) {
        this.#active.logger.error({ err: error }, 'A script broke its runner.');
        last = { kind: 'failed', code: 'internal-error' };
      }
    }
    this.#control = undefined;
    this.#stands(undefined);
    // The runner has hung up by now; this is for one that failed to.
    if (last?.kind === 'failed') this.#active.leg.hangUp({ result: 'failed', by: 'system', reason: 'script-failed' });
    else if (last?.kind === 'finished') this.#active.leg.hangUp();
  }

  #stands(script: KeptScript | undefined): void {
    this.#standing = script;
    this.#deps.keeper?.changed(this.#active);
  }
}

/** Runs one script on a call. */
export function runScript(
  active: ActiveCall,
  script: ScriptLocation,
  signal: AbortSignal,
  children: ChildCalls,
  deps: CallScriptsDeps,
  how: Pick<RunScript, 'aside' | 'from' | 'reached'> = {},
): Promise<ScriptEnd> {
  const note = noteOn(active, deps.timeline);
  return deps.scripts.run({
    call: (): Call => active.call,
    leg: active.leg,
    script,
    signingSecrets: active.signingSecrets,
    signal,
    nextRevision: () => {
      const revision = active.nextRevision();
      active.timers.after(revisionWriteDelayMs, () => writeRevision(active));
      return revision;
    },
    note: (entry) => {
      if (entry.kind === 'error') active.scriptErrors += 1;
      note(entry);
    },
    tag: async (tags) => {
      await active.change((call) => {
        if (isFinal(call.status)) return undefined;
        const set = { tags: mergeTags(call.tags, tags) };
        return { set, events: [callEvent('call.updated', { ...call, ...set }, ['tags'])] };
      });
    },
    children,
    queue: deps.queueOf(active),
    conferences: deps.conferencesOf(active),
    ...how,
  });
}

/** Most revisions are carried by another write (the answer, the end) before this. */
const revisionWriteDelayMs = 1000;

function writeRevision(active: ActiveCall): void {
  if (!active.revisionUnwritten) return;
  active
    .changeSoon(() => ({}))
    .catch((error: unknown) => {
      active.logger.warn({ err: error }, 'A script revision was not written; the next change carries it.');
    });
}

/** At most 50 tags: of more, the oldest names stay. */
export function mergeTags(
  old: Readonly<Record<string, string>>,
  more: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries({ ...old, ...more }).slice(0, 50));
}

/** Where a script comes from, as the runner has it; undefined where the call has none. */
export function scriptLocation(script: CallScript | undefined): ScriptLocation | undefined {
  if (script?.inline !== undefined) return { inline: script.inline };
  if (script?.flow !== undefined) return { flow: script.flow };
  if (script?.url === undefined) return undefined;
  return { url: script.url, ...(script.fallbackUrl === undefined ? {} : { fallbackUrl: script.fallbackUrl }) };
}
