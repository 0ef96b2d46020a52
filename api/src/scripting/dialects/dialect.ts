import type { CheckOptions } from '../check-script.js';
import type { Script } from '../script.js';

/** One way of writing a script. A new one is a folder beside `json/` and a line in `parse-script.ts`. */
export interface Dialect {
  /** Media types it is sent as, without parameters. */
  readonly contentTypes: readonly string[];
  /** Throws `InvalidScriptError`. */
  parse(text: string, options: CheckOptions): Script;
}
