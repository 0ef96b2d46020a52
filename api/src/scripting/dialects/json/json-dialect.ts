import { checkScript } from '../../check-script.js';
import { InvalidScriptError } from '../../invalid-script-error.js';
import type { Dialect } from '../dialect.js';

/** A JSON list of verbs, as `openapi/schemas/scripts/script.yaml` has it. */
export const jsonDialect: Dialect = {
  contentTypes: ['application/json', 'text/json'],
  parse(text, options) {
    let list: unknown;
    try {
      list = JSON.parse(text);
    } catch (error) {
      throw new InvalidScriptError([
        { pointer: '', message: `is not JSON: ${(error as Error).message.slice(0, 200)}.` },
      ]);
    }
    return checkScript(list, options);
  },
};
