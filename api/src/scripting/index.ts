export type {
  AudioResolver,
  ChildCall,
  ChildCalls,
  ChildDial,
  ScriptContext,
  Speech,
} from './script-context.js';
export type { RunScript, ScriptEnd, ScriptLocation, ScriptRunner } from './script-runner.js';
