import type { Clock } from '@hookswitch/kernel/clock';
import type { Logger } from '@hookswitch/kernel/logger';
import type { CallRecorder } from '../recordings/call-recorder.js';
import type { AudioResolver, ScriptContext, Speech } from './script-context.js';
import type { FlowRunner, RunScript } from './script-runner.js';

/** What verbs and nodes of flows stand on, whatever call they run on. */
export interface ScriptContextDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly audio: AudioResolver;
  readonly speech: Speech;
  readonly recorder: CallRecorder;
}

/**
 * The context of what runs on one call.
 *
 * @param runner runs what is run beside it
 * @param signal aborts when the leg ended or the run is interrupted
 * @param document the running one, where it is a script
 */
export function createScriptContext(
  { clock, logger, audio, speech, recorder }: ScriptContextDeps,
  request: RunScript,
  runner: FlowRunner,
  signal: AbortSignal,
  document: Partial<Pick<ScriptContext, 'documentUrl' | 'talks' | 'runFlow' | 'beginsAgain'>> = {},
): ScriptContext {
  const { children, queue, conferences, note, tag } = request;
  const { id, accountId, from, to } = request.call();
  return {
    accountId,
    callId: id,
    signal,
    clock,
    logger,
    audio,
    speech,
    children,
    queue,
    conferences,
    runBeside: (script, besides) => runner.run(interlude(request, script, besides)),
    runFlow: document.runFlow ?? ((ref) => runner.runStep(request, ref)),
    recorder,
    note,
    tag,
    from,
    to,
    documentUrl: document.documentUrl,
    beginsAgain: document.beginsAgain ?? (() => false),
    talks: document.talks ?? (() => {}),
  };
}

/** Something else on the same call meanwhile: no step of what runs, and in none of its flows. */
function interlude(request: RunScript, script: RunScript['script'], signal: AbortSignal): RunScript {
  const { stepOf: _, nesting: __, from: ___, reached: ____, ...rest } = request;
  return { ...rest, script, signal, aside: 'interlude' };
}
