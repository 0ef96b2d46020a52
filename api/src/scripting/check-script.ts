import type { FieldError } from '@hookswitch/kernel/base-error';
import { verbValidators } from '@hookswitch/openapi/verb-validators';
import { verbNames } from '@hookswitch/openapi/verbs';
import { InvalidScriptError } from './invalid-script-error.js';
import { schemaFault, shown } from './schema-fault.js';
import { type ParsedVerb, type Script, scriptLimits } from './script.js';
import { promptsOf, urlReferences } from './url-references.js';

/** No more faults than this are told; the first is what matters. */
const maxFaults = 20;

export interface CheckOptions {
  /** Address of the document: relative URLs resolve against it. Without one they are faults. */
  readonly documentUrl?: string;
  /** Verbs that may not be used here. */
  readonly forbidden?: readonly ParsedVerb['verb'][];
}

/**
 * Checks a list of verbs, one by one, and fills defaults in (the list is changed in place). Nothing of a script runs before all of it was checked.
 * @throws InvalidScriptError with the JSON pointer of each fault
 */
export function checkScript(list: unknown, options: CheckOptions = {}): Script {
  if (!Array.isArray(list)) throw new InvalidScriptError([{ pointer: '', message: 'must be a list of verbs.' }]);
  if (list.length > scriptLimits.maxVerbs) {
    const message = `has ${list.length} verbs; at most ${scriptLimits.maxVerbs} are allowed.`;
    throw new InvalidScriptError([{ pointer: '', message }]);
  }
  const faults: FieldError[] = [];
  for (const [index, verb] of list.entries()) {
    const fault = faultOf(verb, `/${index}`, options);
    if (fault) faults.push(fault);
    if (faults.length === maxFaults) break;
  }
  if (faults.length > 0) throw new InvalidScriptError(faults);
  return list as Script;
}

function faultOf(verb: unknown, at: string, options: CheckOptions): FieldError | undefined {
  if (typeof verb !== 'object' || verb === null || Array.isArray(verb)) {
    return { pointer: at, message: 'must be an object with a field `verb`.' };
  }
  if (!Object.hasOwn(verb, 'verb')) return { pointer: `${at}/verb`, message: 'is missing.' };
  const { verb: name } = verb as { verb: unknown };
  const known = verbNames.find((each) => each === name);
  if (known === undefined) {
    return { pointer: `${at}/verb`, message: `is no verb: ${shown(name)}. Known are ${verbNames.join(', ')}.` };
  }
  const validate = verbValidators[known];
  if (!validate(verb)) return schemaFault(validate.errors![0]!, at);
  const parsed = verb as ParsedVerb;
  if (options.forbidden?.includes(known)) return { pointer: `${at}/verb`, message: `'${known}' cannot be used here.` };
  return choiceFault(parsed, at) ?? urlFault(parsed, at, options.documentUrl);
}

/** Some verbs need exactly one of two members, which a schema says only clumsily. */
function choiceFault(verb: ParsedVerb, at: string): FieldError | undefined {
  if (verb.verb === 'play' && (verb.url === undefined) === (verb.audioId === undefined)) {
    return { pointer: `${at}/url`, message: 'or audioId must be given, and not both.' };
  }
  for (const [list, prompts] of promptsOf(verb)) {
    for (const [index, prompt] of prompts.entries()) {
      const fault = choiceFault(prompt as ParsedVerb, `${at}/${list}/${index}`);
      if (fault) return fault;
    }
  }
  if (verb.verb === 'refer' && (verb.referTo === undefined) === (verb.callId === undefined)) {
    return { pointer: `${at}/referTo`, message: 'or callId must be given, and not both.' };
  }
  if (verb.verb === 'enqueue' && verb.skillGroup === undefined && verb.agents === undefined) {
    return { pointer: `${at}/skillGroup`, message: 'or agents must be given.' };
  }
  return undefined;
}

function urlFault(verb: ParsedVerb, at: string, documentUrl: string | undefined): FieldError | undefined {
  for (const { pointer, value } of urlReferences(verb)) {
    const url = URL.canParse(value, documentUrl) ? new URL(value, documentUrl) : undefined;
    if (url?.protocol === 'http:' || url?.protocol === 'https:') continue;
    const message =
      documentUrl === undefined && !URL.canParse(value)
        ? 'must be an absolute URL, since this script came without an address.'
        : 'must be an http or https URL.';
    return { pointer: at + pointer, message };
  }
  return undefined;
}
