/** A promise of the platform that did not hold. */
export interface Violation {
  /** The call it is about, where it is about one. */
  readonly callId?: string;
  /** Whom else the history should be searched for. */
  readonly about?: string;
  readonly text: string;
}
