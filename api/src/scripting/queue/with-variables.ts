import type { Prompt } from '../play-prompts.js';

/** Prompts that are made when they are said, with what the queue knows then: `WaitNo`, `ExpectedWait` while the caller waits, `StaffNo` when an agent answers. */
export type QueuePrompts = (values: Readonly<Record<string, string>>) => readonly Prompt[];

/** Prompts with `${Name}` in their texts and addresses replaced; names that are not given stay. */
export function withVariables(
  prompts: readonly Prompt[],
  variables: Readonly<Record<string, string>>,
): readonly Prompt[] {
  const filled = (template: string, encode: (value: string) => string) =>
    template.replace(/\$\{(\w+)\}/g, (whole, name: string) =>
      variables[name] === undefined ? whole : encode(variables[name]),
    );
  return prompts.map((prompt) => {
    if (prompt.verb === 'say') return { ...prompt, text: filled(prompt.text, (value) => value) };
    if (prompt.verb !== 'play' || prompt.url === undefined) return prompt;
    return { ...prompt, url: filled(prompt.url, encodeURIComponent) };
  });
}
