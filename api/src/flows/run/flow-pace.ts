import { BaseError } from '@hookswitch/kernel/base-error';
import type { FlowNodeKind } from '@hookswitch/openapi/flow-nodes';

/** Most nodes in a row at which the caller heard nothing and pressed nothing. */
export const mostQuickNodes = 1000;
/** Most texts with their variables (values compared, values set) in a row: a node may have a thousand, and all calls of the process wait meanwhile. */
export const mostQuickTexts = 10_000;

/** Nodes at which the caller hears and presses nothing, however long they take. */
const silentKinds: ReadonlySet<FlowNodeKind> = new Set([
  'start',
  'workingHours',
  'callApi',
  'condition',
  'setVariable',
  'sendMessage',
  'subFlow',
]);

/** A node that took less counts as one that said nothing, milliseconds. A script may have asked for a document and done nothing else. */
const quickMs = (kind: FlowNodeKind) => (kind === 'webhookScript' ? 500 : 100);

/** Watches that a caller's flows do not run in a circle in which nothing is heard: one for all flows in one another. */
export class FlowPace {
  #quick = 0;
  #texts = 0;

  /** @throws FlowLoopError */
  entered(): void {
    if (++this.#quick > mostQuickNodes) throw new FlowLoopError();
  }

  /**
   * A text was made.
   * @throws FlowLoopError
   */
  filled(): void {
    if (++this.#texts > mostQuickTexts) throw new FlowLoopError();
  }

  left(kind: FlowNodeKind, tookMs: number): void {
    if (silentKinds.has(kind) || tookMs < quickMs(kind)) return;
    this.#quick = 0;
    this.#texts = 0;
  }
}

/** A circle of nodes, or too long a chain, in which the caller hears nothing. */
export class FlowLoopError extends BaseError {
  constructor() {
    super(
      'limit',
      'flow-loop',
      `More than ${mostQuickNodes} nodes, or ${mostQuickTexts} texts in them, came in a row without anything heard or pressed.`,
    );
  }
}
