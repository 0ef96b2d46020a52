/** How a script ended. */
export type ScriptEnd =
  /** Ran out of verbs, `hangup`, `reject`: the leg was hung up or refused. */
  | { readonly kind: 'finished' }
  /** An aside, or a step of a flow, ran out of verbs or said `leave`; the leg lives. */
  | { readonly kind: 'left'; readonly by: 'leave' | 'end' }
  /** The leg ended first. */
  | { readonly kind: 'call-ended' }
  /** `signal` aborted; the leg lives. */
  | { readonly kind: 'interrupted' }
  /** No script could be had, or it was wrong and so was the fallback's; the caller heard the apology and was hung up (but for asides). `code` as on the timeline. */
  | { readonly kind: 'failed'; readonly code: string };
