import type { Call } from '../../call-records/call.js';

/** What the platform knows; read-only. The last three exist only while a caller waits, or has been answered. */
export const systemVariableNames = [
  'SystemCallerNumber',
  'SystemCalleeNumber',
  'SystemSessionId',
  'SystemCallId',
  'SystemDirection',
  'SystemTime',
  'SystemCallRingDuration',
  'SystemCallAcceptDuration',
  'WaitNo',
  'ExpectedWait',
  'StaffNo',
] as const;

/** The value of a system variable at this moment; undefined where there is none of that name, or not now. Durations are whole seconds. */
export function systemVariable(name: string, call: Call, nowMs: number): string | undefined {
  switch (name) {
    case 'SystemCallerNumber':
      return call.from;
    case 'SystemCalleeNumber':
      return call.to;
    case 'SystemSessionId':
      return call.contactId;
    case 'SystemCallId':
      return call.id;
    case 'SystemDirection':
      return call.direction;
    case 'SystemTime':
      return new Date(nowMs).toISOString();
    case 'SystemCallRingDuration':
      return seconds((call.answeredAt ?? nowMs) - (call.ringingAt ?? call.createdAt));
    case 'SystemCallAcceptDuration':
      return call.answeredAt === undefined ? '0' : seconds(nowMs - call.answeredAt);
    default:
      return undefined;
  }
}

function seconds(ms: number): string {
  return String(Math.max(0, Math.floor(ms / 1000)));
}
