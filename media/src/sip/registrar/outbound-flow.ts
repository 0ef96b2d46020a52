import type { Binding } from '../../port/sip-directory.js';
import { type Flow, isWebSocket } from '../flow.js';
import type { SipRequest } from '../parse/message.js';
import type { NameAddr } from '../parse/name-addr.js';

/** How often a phone should be heard on its flow, seconds: pings, or messages (RFC 5626 4.4, 6). Less than what NATs forget after. */
const flowTimerSeconds = 120;

/** Which device a Contact is of, and which of its flows (RFC 5626 4.2, 6): both, or it is a contact like others. */
export function instanceOf({ params }: NameAddr): Binding['instance'] {
  const id = params.get('+sip.instance');
  const regId = params.get('reg-id') ?? '';
  return id && id.length <= 256 && /^[1-9]\d{0,9}$/.test(regId) ? { id, regId: Number(regId) } : undefined;
}

/** Whether two bindings are one flow of one device. */
export function sameFlow(a: Binding['instance'], b: Binding['instance']): boolean {
  return a !== undefined && b !== undefined && a.id === b.id && a.regId === b.regId;
}

/**
 * The connection that alone reaches the phone a REGISTER came from: any WebSocket (RFC 7118 5), another stream where the phone asks for outbound and nobody is
 * between us (RFC 5626 6). A phone that has none is reached where it registered from.
 */
export function flowOf(request: SipRequest, { transport, connectionId }: Flow): string | undefined {
  return isWebSocket(transport) || asksForOutbound(request) ? connectionId : undefined;
}

/** What a 200 to a REGISTER says where the flow will be used (RFC 5626 6). */
export function outboundHeaders(request: SipRequest, saved: readonly Binding[]): [string, string][] {
  const used = asksForOutbound(request) && saved.some(({ instance }) => instance !== undefined);
  return used
    ? [
        ['Require', 'outbound'],
        ['Flow-Timer', String(flowTimerSeconds)],
      ]
    : [];
}

function asksForOutbound(request: SipRequest): boolean {
  const tags = [...request.values('supported'), ...request.values('require')];
  return tags.some((tag) => tag.toLowerCase() === 'outbound') && request.values('via').length === 1;
}

/**
 * The bindings of a phone in groups to ring one after another: all devices at once, of each device the flow that will last longest, then the next (RFC 5626
 * 5.3: never two flows of one device at once).
 */
export function inTurn(bindings: readonly Binding[]): readonly (readonly Binding[])[] {
  const groups: Binding[][] = [];
  const taken = new Map<string, number>();
  for (const binding of [...bindings].sort((a, b) => b.expiresAt - a.expiresAt)) {
    const turn = binding.instance ? (taken.get(binding.instance.id) ?? 0) : 0;
    if (binding.instance) taken.set(binding.instance.id, turn + 1);
    (groups[turn] ??= []).push(binding);
  }
  return groups;
}
