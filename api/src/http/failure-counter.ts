/** How many failures an address had in the window that runs, and when that is over. */
export interface Failures {
  readonly count: number;
  readonly secondsLeft: number;
}

/** Counts failed authentications by address, in windows that begin with the first failure. Shared by every process that takes requests. */
export interface FailureCounter {
  /** Counts one more, and tells how many there are with it. */
  add(address: string): Promise<Failures>;
  read(address: string): Promise<Failures>;
}

/** How long a window is, seconds. */
export const failureWindowSeconds = 60;
