import type { ParsedVerb } from './script.js';

/** The lists of prompts in a verb, by their names. */
export function promptsOf(verb: ParsedVerb): readonly (readonly [name: string, prompts: readonly Prompt[]])[] {
  if (verb.verb === 'gather') return [['prompts', verb.prompts ?? []]];
  if (verb.verb === 'conference') return [['waitPrompts', verb.waitPrompts ?? []]];
  if (verb.verb !== 'enqueue') return [];
  const { waitPrompts = [], timeoutPrompts = [], connectPrompts = [], agentPrompts = [] } = verb;
  return Object.entries({ waitPrompts, timeoutPrompts, connectPrompts, agentPrompts });
}

type Prompt = NonNullable<ParsedVerb<'gather'>['prompts']>[number];

/** Every field of a verb that holds a URL, with its JSON pointer into the verb. */
export function urlReferences(verb: ParsedVerb): readonly { pointer: string; value: string }[] {
  switch (verb.verb) {
    case 'play':
    case 'redirect':
      return present('/url', verb.url);
    case 'record':
    case 'refer':
    case 'flow':
      return present('/action', verb.action);
    case 'gather':
      return [...present('/action', verb.action), ...promptUrls(verb)];
    case 'dial':
      return [
        ...present('/action', verb.action),
        ...verb.targets.flatMap((target, index) => present(`/targets/${index}/url`, target.url)),
      ];
    case 'enqueue':
    case 'conference':
      return [...present('/action', verb.action), ...present('/waitUrl', verb.waitUrl), ...promptUrls(verb)];
    default:
      return [];
  }
}

function promptUrls(verb: ParsedVerb): readonly { pointer: string; value: string }[] {
  return promptsOf(verb).flatMap(([list, prompts]) =>
    prompts.flatMap((prompt, index) => (prompt.verb === 'play' ? present(`/${list}/${index}/url`, prompt.url) : [])),
  );
}

function present(pointer: string, value: string | undefined): { pointer: string; value: string }[] {
  return value === undefined ? [] : [{ pointer, value }];
}
