export { apologize } from './apologize.js';
export { checkScript } from './check-script.js';
export { type CollectedDigits, collectDigits } from './collect-digits.js';
export { createScriptContext, type ScriptContextDeps } from './create-script-context.js';
export type { TargetEnd } from './dial/dial-status.js';
export { ringTargets } from './dial/ring-targets.js';
export { ringTones } from './dial/ring-tones.js';
export { type HandOver, Talk, type WatchedTalk } from './dial/talk.js';
export type { FlowStepEnd } from './flow/flow-end.js';
export { createHttpScriptSource, type HttpScriptSourceDeps } from './http-script-source.js';
export { InvalidScriptError } from './invalid-script-error.js';
export { parseScript } from './parse-script.js';
export { type Prompt, playPrompts } from './play-prompts.js';
export { type AgentTalk, type QueueRules, talkToAgent } from './queue/talk-to-agent.js';
export { untilOver } from './queue/until-over.js';
export type { QueuePrompts } from './queue/with-variables.js';
export { type MessageRules, type RecordedMessage, recordMessage } from './record-message.js';
export { redact } from './redact.js';
export { type ReferAway, referAway } from './refer-away.js';
export { runOnLeg, untilLegEnds } from './run-on-leg.js';
export { createScriptRunner, type ScriptRunnerDeps } from './run-script.js';
export { schemaFault, shown } from './schema-fault.js';
export { type ParsedVerb, type Script, scriptLimits } from './script.js';
export type {
  AudioResolver,
  AudioSource,
  CallConferences,
  CallOutside,
  CallQueue,
  ChildCall,
  ChildCalls,
  ChildDial,
  ConferenceEnd,
  ConferenceStay,
  JoinConference,
  JoinQueue,
  QueuedCall,
  QueuedFor,
  QueueEnd,
  QueueStanding,
  ScriptContext,
  Speech,
  SpeechRequest,
  TransferDial,
} from './script-context.js';
export type { ScriptEnd } from './script-end.js';
export type { ScriptLocation } from './script-location.js';
export { type DialTalk, type ScriptPosition, talkIn } from './script-position.js';
export type { FlowPlace, FlowRunner, RunScript, ScriptRunner } from './script-runner.js';
export { defaultScriptSettings, type ScriptSettings } from './script-settings.js';
export {
  type ScriptAnswer,
  type ScriptFailure,
  type ScriptQuestion,
  type ScriptSource,
  ScriptUnavailableError,
} from './script-source.js';
export { shownUrl } from './shown-url.js';
