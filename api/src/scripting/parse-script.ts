import type { CheckOptions } from './check-script.js';
import type { Dialect } from './dialects/dialect.js';
import { jsonDialect } from './dialects/json/json-dialect.js';
import { InvalidScriptError } from './invalid-script-error.js';
import { type Script, scriptLimits } from './script.js';

const dialects: readonly Dialect[] = [jsonDialect];

/** A script as it came. */
export interface ScriptText {
  readonly body: string;
  /** Content-Type as sent; JSON when absent. */
  readonly contentType?: string | undefined;
}

/**
 * Reads a script in the dialect its content type names.
 * @throws InvalidScriptError with the JSON pointer of each fault
 */
export function parseScript({ body, contentType }: ScriptText, options: CheckOptions = {}): Script {
  const type = (contentType ?? '').split(';', 1).join('').trim().toLowerCase() || 'application/json';
  const dialect = dialects.find(({ contentTypes }) => contentTypes.includes(type));
  if (!dialect) {
    const known = dialects.flatMap(({ contentTypes }) => contentTypes).join(', ');
    const message = `has the content type ${type.slice(0, 100)}; scripts come as ${known}.`;
    throw new InvalidScriptError([{ pointer: '', message }], 'script-content-type');
  }
  if (body.length > scriptLimits.maxBytes) {
    throw new InvalidScriptError([{ pointer: '', message: `is larger than ${scriptLimits.maxBytes} bytes.` }]);
  }
  return dialect.parse(body, options);
}
