import type { FlowRef } from '../call-records/flow-ref.js';
import type { VerbResult } from './outcome.js';

/** Where a script comes from: a URL that is asked, or a document that is there. */
export type ScriptLocation =
  | {
      readonly url: string;
      readonly fallbackUrl?: string;
      /** What the first request tells, as if a verb had come to it. */
      readonly result?: VerbResult;
    }
  /** JSON text of a verb list. Results without `action` have nowhere to go and the script goes on. */
  | { readonly inline: string }
  /** A flow of the account. */
  | { readonly flow: FlowRef };
