import type { FlowNodeKind } from '@hookswitch/openapi/flow-nodes';
import type { FlowNode } from '../document/flow-document.js';

/** Fields that the API description gives a default; the parser of documents fills them in. A test holds this table to the description. */
export const defaultedFields = {
  callApi: ['timeout', 'tries'],
  collectDigits: ['finishOnKey', 'timeout', 'maxErrors', 'interruptible', 'secret'],
  dynamicMenu: ['timeout', 'maxErrors', 'interruptible'],
  end: ['hangUp', 'leave'],
  menu: ['timeout', 'maxErrors', 'interruptible'],
  play: ['plays', 'interruptible'],
  say: ['plays', 'interruptible'],
  survey: ['timeout', 'plays'],
  toAgent: ['timeout', 'timeoutKey', 'timeoutGrace', 'leaveOnKey', 'priority', 'record'],
  toExternalLine: ['timeout', 'record'],
  toSkillGroup: ['timeout', 'timeoutKey', 'timeoutGrace', 'leaveOnKey', 'priority', 'record'],
  voicemail: ['maxLength', 'silenceTimeout', 'finishOnKey'],
} as const satisfies { readonly [Kind in FlowNodeKind]?: readonly (keyof FlowNode<Kind>)[] };

type Defaulted<Kind extends FlowNodeKind> = Kind extends keyof typeof defaultedFields
  ? (typeof defaultedFields)[Kind][number]
  : never;

/** A node with the defaults of its schema filled in, and the flow's language in its prompts. */
export type ParsedNode<Kind extends FlowNodeKind = FlowNodeKind> = {
  [Each in Kind]: FlowNode<Each> & Required<Pick<FlowNode<Each>, Defaulted<Each> & keyof FlowNode<Each>>>;
}[Kind];
