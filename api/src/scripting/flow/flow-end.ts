/** How a flow came to its end: an `end` node, one that says `hangUp` or `leave`, or an exit that leads nowhere (which hangs up, but for what runs beside a talk or a wait). */
export type FlowEndBy = 'end' | 'hangUp' | 'leave' | 'nowhere';

/** What a flow came to. */
export type FlowEnd =
  | { readonly kind: 'ended'; readonly by: FlowEndBy; readonly variables: Readonly<Record<string, string>> }
  /** There is no such flow, no published version, or too many are in one another; as a step of a script also: it broke. */
  | { readonly kind: 'failed'; readonly code: string }
  /** The call ended, or the run was interrupted. */
  | { readonly kind: 'stopped' };

/** What a flow came to that ran as a step of a script. */
export interface FlowStepEnd {
  readonly end: FlowEnd;
  /** Absent where no flow could be had. */
  readonly version?: string;
  readonly keys: readonly { readonly key: string; readonly label: string }[];
}
