import { BaseError } from '@hookswitch/kernel/base-error';
import type { Schema } from '@hookswitch/openapi/operations';
import type { CallScript } from '../../call-records/call.js';
import type { FlowRef } from '../../call-records/flow-ref.js';
import { FlowNotFoundError, FlowNotPublishedError, type FlowSource } from '../../flows/index.js';
import { InvalidCallRequestError } from '../call-errors.js';

/** Checks a list of verbs. Throws the parser's error, with the pointer of each fault. */
export type CheckScript = (verbs: unknown) => unknown;

/** The parts of a request that name a script. */
export interface ScriptRequest {
  readonly scriptUrl?: string | undefined;
  readonly fallbackUrl?: string | undefined;
  readonly script?: readonly unknown[] | undefined;
  readonly flow?: Schema<'CallFlow'> | undefined;
}

/**
 * The script that a request gives, or undefined where it gives none.
 * @throws InvalidCallRequestError where it gives two, or a fallback without a URL
 * @throws the parser's error, its pointers moved under `/script`
 */
export function scriptOfRequest(request: ScriptRequest, checkScript: CheckScript): CallScript | undefined {
  const { scriptUrl, fallbackUrl, script, flow } = request;
  if (scriptUrl !== undefined && script !== undefined) {
    throw new InvalidCallRequestError({ pointer: '/script', message: 'and scriptUrl exclude each other' });
  }
  if (flow !== undefined && (scriptUrl !== undefined || script !== undefined)) {
    throw new InvalidCallRequestError({ pointer: '/flow', message: 'excludes scriptUrl and script' });
  }
  if (fallbackUrl !== undefined && scriptUrl === undefined) {
    throw new InvalidCallRequestError({ pointer: '/fallbackUrl', message: 'needs scriptUrl' });
  }
  if (flow !== undefined) return { flow: flowRefOf(flow) };
  if (script === undefined) {
    if (scriptUrl === undefined) return undefined;
    return { url: scriptUrl, ...(fallbackUrl === undefined ? {} : { fallbackUrl }) };
  }
  const inline = JSON.stringify(script);
  try {
    checkScript(JSON.parse(inline));
  } catch (error) {
    if (!(error instanceof BaseError)) throw error;
    const fields = error.fields.map(({ pointer, message }) => ({ pointer: `/script${pointer}`, message }));
    throw new BaseError(error.kind, error.code, error.message, { fields });
  }
  return { inline };
}

/**
 * The script with the version that its flow has now, so that the call keeps it.
 * @throws InvalidCallRequestError where there is no such flow or version
 */
export async function settledScript<Script extends CallScript | undefined>(
  flows: FlowSource,
  accountId: string,
  script: Script,
): Promise<Script> {
  if (script?.flow === undefined) return script;
  try {
    const { version } = await flows.find(accountId, script.flow);
    return { ...script, flow: { ...script.flow, version } };
  } catch (error) {
    if (!(error instanceof FlowNotFoundError || error instanceof FlowNotPublishedError)) throw error;
    throw new InvalidCallRequestError({ pointer: '/flow', message: `names nothing to run: ${error.message}` });
  }
}

function flowRefOf({ flowId, version, variables }: Schema<'CallFlow'>): FlowRef {
  return { flowId, ...(version !== undefined && { version }), ...(variables && { variables }) };
}
