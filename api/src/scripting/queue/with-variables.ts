import type { Prompt } from '../play-prompts.js';

/** Prompts with `${Name}` in their texts replaced; names that are not given stay. */
export function withVariables(
  prompts: readonly Prompt[],
  variables: Readonly<Record<string, string>>,
): readonly Prompt[] {
  return prompts.map((prompt) =>
    prompt.verb === 'say'
      ? { ...prompt, text: prompt.text.replace(/\$\{(\w+)\}/g, (whole, name: string) => variables[name] ?? whole) }
      : prompt,
  );
}
