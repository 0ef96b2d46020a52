import { checkScript } from '../../check-script.js';
import { InvalidScriptError } from '../../invalid-script-error.js';
import { scriptLimits } from '../../script.js';
import type { Dialect } from '../dialect.js';
import { nestsDeeperThan } from './nests-deeper-than.js';

/** A JSON list of verbs, as `openapi/schemas/scripts/script.yaml` has it. */
export const jsonDialect: Dialect = {
  contentTypes: ['application/json', 'text/json'],
  parse(text, options) {
    if (nestsDeeperThan(text, scriptLimits.maxDepth)) {
      const message = `nests deeper than ${scriptLimits.maxDepth} levels.`;
      throw new InvalidScriptError([{ pointer: '', message }]);
    }
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
