import type { LegSnapshot } from '@hookswitch/media/port/leg-snapshot';
import type { CallInContact } from '../../call-records/call-in-contact.js';
import type { ActiveCall } from '../active-call.js';
import type { PassedOnIdentity } from '../routing/passed-on-identity.js';
import type { KeptContact } from './kept-contact.js';
import type { KeptScript } from './kept-script.js';

/**
 * What a later process of the same node needs, beside the call's record, to go on with an answered call. Plain JSON. It is secret: the leg's keys, the application's
 * signing secrets and the script are in it.
 */
export interface KeptCall {
  readonly callId: string;
  readonly accountId: string;
  readonly leg: LegSnapshot;
  /** Milliseconds since the epoch: the record may not know it yet. Absent: nobody has answered, and nothing but the leg's end is kept. */
  readonly answeredAt?: number;
  readonly scriptRevision: number;
  readonly signingSecrets: readonly string[];
  readonly callerId?: string;
  readonly passedOn?: PassedOnIdentity;
  readonly inContact?: CallInContact;
  /** The call that dialled it and with which it ends. */
  readonly parentId?: string;
  /** The call it talks to. */
  readonly talksTo?: string;
  readonly script?: KeptScript;
  /** Its contact, where that is kept with this of its calls. */
  readonly contact?: KeptContact;
}

/** Of which form what is kept is: a process that finds another's leaves it. */
const version = 1;

/** More is not kept of a call, bytes of JSON. Most take 3,000. */
export const maxKeptBytes = 128 * 1024;

/** What is to be kept of that call now; undefined where it is over, or its engine keeps nothing. */
export function keptCallOf(active: ActiveCall): KeptCall | undefined {
  const { leg, call, callerId, passedOn, inContact, parent, talk, scripts } = active;
  if (leg.status !== 'answered') return unansweredCallOf(active);
  const snapshot = leg.snapshot();
  if (!snapshot || call.answeredAt === undefined) return undefined;
  const talksTo = talk?.otherThan(leg)?.id;
  const script = scripts?.standing;
  const contact = active.keptVisit?.();
  return {
    callId: active.id,
    accountId: active.accountId,
    leg: snapshot,
    answeredAt: call.answeredAt,
    scriptRevision: call.scriptRevision,
    signingSecrets: active.signingSecrets,
    ...(callerId === undefined ? {} : { callerId }),
    ...(passedOn === undefined ? {} : { passedOn }),
    ...(inContact === undefined ? {} : { inContact }),
    ...(parent?.children.has(active) ? { parentId: parent.id } : {}),
    ...(talksTo === undefined ? {} : { talksTo }),
    ...(script === undefined ? {} : { script }),
    ...(contact === undefined ? {} : { contact }),
  };
}

function unansweredCallOf({ id: callId, accountId, leg, call }: ActiveCall): KeptCall | undefined {
  const snapshot = leg.unansweredSnapshot();
  return snapshot && { callId, accountId, leg: snapshot, scriptRevision: call.scriptRevision, signingSecrets: [] };
}

/**
 * As text. A script that is too long is left out: then the call can be ended properly, and no more; a flow begins at its start instead. Undefined where even that is too long.
 */
export function writeKeptCall(kept: KeptCall): string | undefined {
  const text = JSON.stringify({ version, ...kept });
  if (Buffer.byteLength(text) <= maxKeptBytes) return text;
  const { script, ...rest } = kept;
  if (script?.position && script.of.flow) return writeKeptCall({ ...rest, script: { of: script.of } });
  return script === undefined ? undefined : writeKeptCall(rest);
}

/** Undefined for what another version of the platform has kept. @throws SyntaxError for what is no JSON */
export function readKeptCall(text: string): KeptCall | undefined {
  const { version: found, ...kept } = JSON.parse(text) as KeptCall & { version?: unknown };
  return found === version ? kept : undefined;
}
