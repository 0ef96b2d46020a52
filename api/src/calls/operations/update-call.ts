import type { Schema } from '@hookswitch/openapi/operations';
import type { OperationHandler } from '../../operation/handler.js';
import { revisionOf } from '../../store/if-match.js';
import type { CallApiDeps } from '../call-api-deps.js';
import { InvalidCallRequestError } from '../call-errors.js';
import { callEtag, callView } from '../call-view.js';
import type { CallModification } from '../control/call-control.js';
import { type CheckScript, scriptOfRequest, settledScript } from '../routing/script-of-request.js';

export function updateCall({ control, checkScript, flows }: CallApiDeps): OperationHandler<'updateCall'> {
  return async ({ params: { callId }, headers, body }, { account }) => {
    const ifRevision = revisionOf(headers['If-Match']);
    const change = modification(body, checkScript);
    const script = await settledScript(flows, account.id, change.script);
    const call = await control.modify({
      accountId: account.id,
      callId,
      change: { ...change, ...(script && { script }) },
      ...(ifRevision === undefined ? {} : { ifRevision }),
    });
    return { status: 200, body: callView(call), headers: { ETag: callEtag(call) } };
  };
}

function modification(body: Schema<'UpdateCallRequest'>, checkScript: CheckScript): CallModification {
  const { status, play, sendDigits, mute, refer, tags } = body;
  const script = scriptOfRequest(body, checkScript);
  if (status && (script || play || sendDigits !== undefined || mute || refer)) {
    throw new InvalidCallRequestError({
      pointer: '/status',
      message: 'ends the call, so nothing but tags may go with it',
    });
  }
  if (play && (play.url === undefined) === (play.audioId === undefined)) {
    throw new InvalidCallRequestError({ pointer: '/play', message: 'needs url or audioId, and not both' });
  }
  if (refer && (refer.referTo === undefined) === (refer.callId === undefined)) {
    throw new InvalidCallRequestError({ pointer: '/refer', message: 'needs referTo or callId, and not both' });
  }
  return {
    ...(tags === undefined ? {} : { tags }),
    ...(mute === undefined ? {} : { mute: definedOnly(mute) }),
    ...(script === undefined ? {} : { script }),
    ...(play === undefined ? {} : { play: definedOnly(play) }),
    ...(sendDigits === undefined ? {} : { sendDigits }),
    ...(refer === undefined ? {} : { refer: referOrder(refer) }),
    ...(status === undefined ? {} : { status }),
  };
}

function referOrder({ timeout = 60, ...refer }: Schema<'ReferCall'>): NonNullable<CallModification['refer']> {
  return { ...definedOnly(refer), timeoutSeconds: timeout };
}

function definedOnly<T extends object>(value: T): { [Name in keyof T]?: Exclude<T[Name], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as never;
}
