import type { FlowNode } from './flow-document.js';

/** A document as it runs: nodes by id, defaults filled in, every prompt with its language. Never changed. */
export interface ParsedFlow {
  /** BCP 47. */
  readonly language: string;
  readonly start: FlowNode<'start'>;
  readonly nodes: ReadonlyMap<string, FlowNode>;
}
