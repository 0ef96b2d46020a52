/** A flow that a call, a number or a node names. */
export interface FlowRef {
  readonly flowId: string;
  /** The live one where absent. */
  readonly version?: string;
  /** Values of its own variables at the start; names it does not know are taken too. */
  readonly variables?: Readonly<Record<string, string>>;
  /** The call came outside of its number's hours: it ends as `notWorkTime` unless it asks for an agent. */
  readonly outsideHours?: true;
}
