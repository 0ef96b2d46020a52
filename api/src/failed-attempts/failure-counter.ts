/** How many failures there were in the window that runs, and when that is over. */
export interface Failures {
  readonly count: number;
  readonly secondsLeft: number;
}

/**
 * Counts failed authentications, and attempts at them, by who tries: an address, or a text that names an account's login. In windows that begin with the first one. Shared by every process
 * that takes requests.
 */
export interface FailureCounter {
  /** Counts one more, and tells how many there are with it. A window that runs keeps its end. */
  add(who: string, windowSeconds?: number): Promise<Failures>;
  read(who: string): Promise<Failures>;
  /** Ends the window. */
  clear(who: string): Promise<void>;
}

/** How long a window is where nothing is said, seconds. */
export const failureWindowSeconds = 60;
