import type { ScriptQuestion } from './script-source.js';

/**
 * The JSON body of a script request: `{ call, result?, flow?, error?, scriptRevision }`, as `openapi/schemas/scripts/script-request.yaml` has it. Absent fields are left out; times are RFC 3339.
 */
export function scriptRequestBody(
  question: Pick<ScriptQuestion, 'call' | 'sipHeaders' | 'scriptRevision' | 'result' | 'flow' | 'error'>,
): string {
  const { call, sipHeaders, scriptRevision, result, flow, error } = question;
  return JSON.stringify({
    call: {
      id: call.id,
      accountId: call.accountId,
      contactId: call.contactId,
      parentCallId: call.parentCallId,
      applicationId: call.applicationId,
      direction: call.direction,
      status: call.status,
      from: call.from,
      fromDisplayName: call.fromDisplayName,
      forwardedFrom: call.forwardedFrom,
      forwardingReason: call.forwardingReason,
      to: call.to,
      numberId: call.numberId,
      trunkId: call.trunkId,
      endpointId: call.endpointId,
      createdAt: time(call.createdAt),
      answeredAt: time(call.answeredAt),
      endedAt: time(call.endedAt),
      tags: call.tags,
      sipHeaders,
    },
    result,
    flow,
    error,
    scriptRevision,
  });
}

function time(ms: number | undefined): string | undefined {
  return ms === undefined ? undefined : new Date(ms).toISOString();
}
