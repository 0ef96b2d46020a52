import type { FlowNodeKind, FlowNodes } from '@hookswitch/openapi/flow-nodes';
import type { Schema } from '@hookswitch/openapi/operations';

/** A flow as its author sends and reads it. */
export type FlowDocument = Schema<'FlowDocument'>;

/** One node of a document; with a kind, that kind's. */
export type FlowNode<Kind extends FlowNodeKind = FlowNodeKind> = FlowNodes[Kind];

/** A document that may be incomplete. */
export type FlowDraft = Schema<'FlowDraft'>;
