import type { Schema } from '@hookswitch/openapi/operations';
import type { OperationHandler } from '../../operation/handler.js';
import type { CallApiDeps } from '../call-api-deps.js';
import { InvalidCallRequestError } from '../call-errors.js';
import { callEtag, callView } from '../call-view.js';
import type { PlaceCall } from '../place-outbound-call.js';
import { scriptOfRequest, settledScript } from '../routing/script-of-request.js';

export function createCall({ control, newId, checkScript, flows }: CallApiDeps): OperationHandler<'createCall'> {
  return async ({ body }, { account }) => {
    const asked = scriptOfRequest(body, checkScript);
    if ((asked === undefined) === (body.applicationId === undefined)) {
      const message = 'or script, flow or applicationId must be given, and only one of them';
      throw new InvalidCallRequestError({ pointer: '/scriptUrl', message });
    }
    const script = await settledScript(flows, account.id, asked);
    const call = await control.place({
      callId: newId('CA'),
      accountId: account.id,
      ...(script === undefined ? {} : { script }),
      ...plainParts(body),
    });
    return { status: 201, body: callView(call), headers: { ETag: callEtag(call), Location: `/v1/calls/${call.id}` } };
  };
}

function plainParts(body: Schema<'CreateCallRequest'>): Omit<PlaceCall, 'callId' | 'accountId' | 'script'> {
  const { sipUsername, sipPassword } = body;
  if ((sipUsername === undefined) !== (sipPassword === undefined)) {
    throw new InvalidCallRequestError({ pointer: '/sipPassword', message: 'and sipUsername go together' });
  }
  return {
    to: body.to,
    from: body.from,
    ringTimeoutSeconds: body.ringTimeoutSeconds ?? 60,
    timeLimitSeconds: body.timeLimitSeconds ?? 14_400,
    ...(body.fromDisplayName === undefined ? {} : { fromDisplayName: body.fromDisplayName }),
    ...(body.callerIdPrivacy === undefined ? {} : { callerIdPrivacy: body.callerIdPrivacy }),
    ...(body.applicationId === undefined ? {} : { applicationId: body.applicationId }),
    ...(body.statusCallbackUrl === undefined ? {} : { statusCallbackUrl: body.statusCallbackUrl }),
    ...(body.sendDigits === undefined ? {} : { sendDigits: body.sendDigits }),
    ...(body.record ? { record: { channels: body.recordingChannels ?? 2 } } : {}),
    ...(body.tags === undefined ? {} : { tags: body.tags }),
    ...(body.headers === undefined ? {} : { headers: body.headers }),
    ...(body.trunkId === undefined ? {} : { trunkId: body.trunkId }),
    ...(sipUsername === undefined || sipPassword === undefined
      ? {}
      : { credentials: { username: sipUsername, password: sipPassword } }),
  };
}
