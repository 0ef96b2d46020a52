/** A Redis or a MongoDB that the platform may use: one that was there already, or one that we started. */
export interface DataServer {
  /** `redis://…` or `mongodb://…`, without a database name unless the setting has one. */
  readonly uri: string;
  /** One line for the start-up screen: which server runs, and what it is good for. */
  readonly description: string;
  /** Stops it where we started it; leaves it alone otherwise. Idempotent. */
  stop(): Promise<void>;
}

/** A server that others run: we only know its address. */
export function existingServer(uri: string, description: string): DataServer {
  return { uri, description, stop: async () => {} };
}

/** An address without its password, for people to read. */
export function addressForPeople(uri: string): string {
  return uri.replace(/\/\/([^@/]*)@/, '//…@');
}
