import type { Schema } from '@hookswitch/openapi/operations';

/** One thing the caller hears. */
export type FlowPrompt = Schema<'GatherPrompt'>;

/** The lists of prompts in a node that fits its schema, by the names of their fields. */
export function promptLists(node: object): readonly (readonly [field: string, prompts: readonly FlowPrompt[]])[] {
  return Object.entries(node).filter(
    (entry): entry is [string, FlowPrompt[]] => /^prompts$|Prompts$/.test(entry[0]) && Array.isArray(entry[1]),
  );
}

/** Whether anything of them is heard; a pause alone is not. */
export function isHeard(prompts: readonly FlowPrompt[] | undefined): boolean {
  return prompts?.some(({ verb }) => verb !== 'pause') ?? false;
}
