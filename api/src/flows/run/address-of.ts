import type { NodeVisit } from './flow-node.js';
import { FlowAddressError } from './run-variables.js';

/** An address with its variables in it; undefined, and told, where it cannot be asked. */
export function addressOf(template: string, { variables, context }: NodeVisit): string | undefined {
  try {
    return variables.url(template);
  } catch (error) {
    if (!(error instanceof FlowAddressError)) throw error;
    context.note({ kind: 'error', summary: error.message, detail: { code: error.code } });
    return undefined;
  }
}
