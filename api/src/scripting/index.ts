export { checkScript } from './check-script.js';
export { collectDigits } from './collect-digits.js';
export type { TargetEnd } from './dial/dial-status.js';
export { ringTargets } from './dial/ring-targets.js';
export { createHttpScriptSource, type HttpScriptSourceDeps } from './http-script-source.js';
export { InvalidScriptError } from './invalid-script-error.js';
export { parseScript } from './parse-script.js';
export { createScriptRunner, type ScriptRunnerDeps } from './run-script.js';
export { type ParsedVerb, type Script, scriptLimits } from './script.js';
export type {
  AudioResolver,
  AudioSource,
  CallQueue,
  ChildCall,
  ChildCalls,
  ChildDial,
  JoinQueue,
  QueuedCall,
  QueueEnd,
  QueueStanding,
  ScriptContext,
  Speech,
  SpeechRequest,
} from './script-context.js';
export type { RunScript, ScriptEnd, ScriptLocation, ScriptRunner } from './script-runner.js';
export { defaultScriptSettings, type ScriptSettings } from './script-settings.js';
export {
  type ScriptAnswer,
  type ScriptFailure,
  type ScriptQuestion,
  type ScriptSource,
  ScriptUnavailableError,
} from './script-source.js';
