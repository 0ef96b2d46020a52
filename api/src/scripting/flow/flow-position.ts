/** Where a script stands that is a step of a flow, as its requests tell. */
export interface FlowPosition {
  readonly flowId: string;
  readonly version: string;
  /** Id of the node. */
  readonly node: string;
  readonly variables: Readonly<Record<string, string>>;
}

/** A key that stood for something. */
export interface PressedKey {
  readonly key: string;
  readonly label: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}
