import type { Schema } from '@hookswitch/openapi/operations';

/** Something wrong in a document: which node, which field, what it is. */
export type FlowFault = Schema<'FlowFault'>;

export type FlowFaultCode = Schema<'FlowFaultCode'>;

/** No more faults than this are told of one document. */
export const maxFaults = 200;

/** A fault that keeps the flow from being published. `field` is a JSON pointer in the node, or in the document where there is no node. */
export function errorAt(node: string | null, field: string, code: FlowFaultCode, message: string): FlowFault {
  return { node, field, code, severity: 'error', message };
}

/** A fault with which the flow may be published. */
export function warningAt(node: string, field: string, code: FlowFaultCode, message: string): FlowFault {
  return { node, field, code, severity: 'warning', message };
}

/** Tells a fault of a field of the node at hand. */
export type Tell = (field: string, code: FlowFaultCode, message: string) => void;
