/** How scripts are asked for and run. */
export interface ScriptSettings {
  /** For one script request in all, redirects included. */
  readonly requestTimeoutMs: number;
  readonly connectTimeoutMs: number;
  /** Tries again so often after a request that never arrived or whose connection was lost. */
  readonly retries: number;
  /** HTTP redirects followed. */
  readonly maxHttpRedirects: number;
  /** Documents run one after another, each of them in less than half a second: more are a circle. */
  readonly maxQuickDocuments: number;
  /** Failures of one call's scripts after which the fallback is no longer asked. */
  readonly maxFailures: number;
  /** Spoken when no script could be had. */
  readonly apology: { readonly text: string; readonly language: string };
}

/** The documented defaults. */
export const defaultScriptSettings: ScriptSettings = {
  requestTimeoutMs: 15_000,
  connectTimeoutMs: 5_000,
  retries: 1,
  maxHttpRedirects: 10,
  maxQuickDocuments: 20,
  maxFailures: 5,
  apology: { text: 'We are sorry, an application error has occurred. Goodbye.', language: 'en-US' },
};
