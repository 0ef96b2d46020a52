import { BaseError, type ErrorKind } from '@hookswitch/kernel/base-error';
import type { Call } from '../call-records/call.js';
import type { NewTimelineEntry } from '../call-records/timeline/call-timeline.js';
import type { FlowPosition } from './flow/flow-position.js';
import type { VerbResult } from './outcome.js';
import type { ScriptText } from './parse-script.js';

/**
 * Asks the developer what a call is to do next. It refuses to know what a script means.
 *
 * What must hold on every adapter: an answer or `ScriptUnavailableError` within the time limit; every attempt stands on the timeline, without secrets; the request is signed with every secret given.
 */
export interface ScriptSource {
  ask(question: ScriptQuestion): Promise<ScriptAnswer>;
}

export interface ScriptQuestion {
  readonly url: string;
  readonly call: Call;
  /** Extension headers of the call's INVITE. */
  readonly sipHeaders: Readonly<Record<string, string>>;
  /** Of the document that ran last; 0 where none did. */
  readonly scriptRevision: number;
  /** What the verb before came to. */
  readonly result?: VerbResult;
  /** The flow of which the script is a step. */
  readonly flow?: FlowPosition;
  /** Why this fallback is asked. */
  readonly error?: ScriptFailure;
  readonly signingSecrets: readonly string[];
  readonly signal: AbortSignal;
  note(entry: Omit<NewTimelineEntry, 'accountId' | 'callId'>): void;
}

/** What went wrong with a script, as the fallback URL and the timeline are told. */
export interface ScriptFailure {
  readonly code: string;
  readonly message: string;
  /** The address that failed, where it was one. */
  readonly url?: string;
  /** Where in the document, as JSON pointer, where it was a fault in one. */
  readonly pointer?: string;
}

export interface ScriptAnswer extends ScriptText {
  /** The address that answered in the end: relative URLs resolve against it. */
  readonly url: string;
}

/** No script came from an address. */
export class ScriptUnavailableError extends BaseError {
  readonly url: string;
  constructor(kind: ErrorKind, code: string, message: string, url: string, cause?: unknown) {
    super(kind, code, message, cause === undefined ? {} : { cause });
    this.url = url;
  }
}
