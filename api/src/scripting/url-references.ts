import type { ParsedVerb } from './script.js';

/** Every field of a verb that holds a URL, with its JSON pointer into the verb. */
export function urlReferences(verb: ParsedVerb): readonly { pointer: string; value: string }[] {
  switch (verb.verb) {
    case 'play':
    case 'redirect':
      return present('/url', verb.url);
    case 'record':
      return present('/action', verb.action);
    case 'gather':
      return [
        ...present('/action', verb.action),
        ...(verb.prompts ?? []).flatMap((prompt, index) =>
          prompt.verb === 'play' ? present(`/prompts/${index}/url`, prompt.url) : [],
        ),
      ];
    case 'dial':
      return [
        ...present('/action', verb.action),
        ...verb.targets.flatMap((target, index) => present(`/targets/${index}/url`, target.url)),
      ];
    default:
      return [];
  }
}

function present(pointer: string, value: string | undefined): { pointer: string; value: string }[] {
  return value === undefined ? [] : [{ pointer, value }];
}
