import { BaseError } from '@hookswitch/kernel/base-error';
import { DuplicateRecordError } from '../store/tenant-collection.js';
import type { FlowFault } from './document/flow-fault.js';

/** There is no such flow, or it has no such version. */
export class FlowNotFoundError extends BaseError {
  constructor(flowId: string, version?: string) {
    const what = version === undefined ? 'flow' : `version ${version.slice(0, 20)} of flow`;
    super('not_found', 'resource-not-found', `There is no ${what} ${flowId.slice(0, 64)}.`);
  }
}

/** The flow has no live version, so nothing runs that names none. */
export class FlowNotPublishedError extends BaseError {
  constructor(flowId: string) {
    super('conflict', 'flow-not-published', `The flow ${flowId} has no live version yet. Publish one first.`);
  }
}

export class FlowNameTakenError extends BaseError {
  constructor() {
    super('conflict', 'already-exists', 'A flow with this name exists. Choose another.', {
      fields: [{ pointer: '/name', message: 'is in use' }],
    });
  }
}

export class FlowVersionTakenError extends BaseError {
  constructor(number: string) {
    super('conflict', 'already-exists', `The flow has a version ${number} already. Choose another number.`, {
      fields: [{ pointer: '/number', message: 'is in use' }],
    });
  }
}

/** The document has errors, and cannot be published. Its fields are pointers into the document. */
export class InvalidFlowError extends BaseError {
  constructor(faults: readonly FlowFault[], document: SentNodes) {
    const errors = faults.filter(({ severity }) => severity === 'error');
    const [first] = errors;
    const where = first === undefined ? '' : ` First: ${first.node ?? 'the document'} ${first.field} ${first.message}`;
    super('invalid', 'invalid-flow', `The flow has ${errors.length} error(s).${where}`, {
      fields: fieldsOf(errors, document),
    });
  }
}

/** Nothing is wrong with the document but that it uses what a standard account does not have. */
export class PremiumFlowError extends BaseError {
  constructor(faults: readonly FlowFault[], document: SentNodes) {
    const errors = faults.filter(({ severity }) => severity === 'error');
    const nodes = [...new Set(errors.map(({ node }) => node))].slice(0, 10).join(', ');
    super('forbidden', 'edition-required', `The flow needs an account of the premium edition, for ${nodes}.`, {
      fields: fieldsOf(errors, document),
    });
  }
}

interface SentNodes {
  readonly nodes?: readonly unknown[];
}

function fieldsOf(errors: readonly FlowFault[], { nodes = [] }: SentNodes) {
  const ids = nodes.map((node) => (node as { id?: unknown } | null)?.id);
  return errors.map(({ node, field, code, message }) => ({
    pointer: node === null ? field : `/nodes/${ids.indexOf(node)}${field}`,
    message: `${code}: ${message}`,
  }));
}

/** The draft was saved by somebody else since it was read. */
export class StaleDraftError extends BaseError {
  constructor(flowId: string, asked: number, current: number) {
    super(
      'stale',
      'stale-draft',
      `The draft of ${flowId} is at revision ${current}, not ${asked}. Read it again and repeat your change.`,
    );
  }
}

/** Something still uses the flow or the version. */
export class FlowInUseError extends BaseError {
  constructor(what: string, users: readonly string[]) {
    const shown = users.slice(0, 10).join(', ') + (users.length > 10 ? ` and ${users.length - 10} more` : '');
    super('conflict', 'flow-in-use', `${what} is used by ${shown}. Take it from there first.`);
  }
}

/** A broken unique rule of flows as the user knows it; other errors as they are. */
export function asFlowError(error: unknown): unknown {
  return error instanceof DuplicateRecordError ? new FlowNameTakenError() : error;
}
