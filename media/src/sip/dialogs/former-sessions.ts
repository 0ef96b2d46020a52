import type { SipRequest, SipResponse } from '../parse/message.js';
import { dialogKey } from './dialog.js';
import type { EstablishedSession } from './established-session.js';

/** Sessions that a former process answered: what was under way when it went away comes to this one, which has no transaction for it. */
export class FormerSessions {
  readonly #byKey = new Map<string, EstablishedSession>();
  /** INVITEs of theirs that were answered, by Call-ID and From tag. */
  readonly #invites = new Set<string>();

  add(session: EstablishedSession): void {
    this.#byKey.set(session.key, session);
    const { role, callId, remoteTag } = session.dialog;
    if (role === 'uas') this.#invites.add(inviteKey(callId, remoteTag));
  }

  remove(session: EstablishedSession): void {
    if (!this.#byKey.delete(session.key)) return;
    const { callId, remoteTag } = session.dialog;
    this.#invites.delete(inviteKey(callId, remoteTag));
  }

  /** Whether this INVITE was answered before: it is no new call. */
  answered({ callId, fromTag = '' }: SipRequest): boolean {
    return this.#invites.size > 0 && this.#invites.has(inviteKey(callId, fromTag));
  }

  /** Acknowledges a 2xx to an INVITE of the former process, which comes until it is (RFC 3261 13.3.1.4). */
  take({ status, cseq, callId, fromTag = '', toTag = '' }: SipResponse): void {
    if (this.#byKey.size === 0 || cseq.method !== 'INVITE' || status < 200 || status > 299) return;
    this.#byKey.get(dialogKey(callId, fromTag, toTag))?.acknowledge(cseq.number, []);
  }
}

function inviteKey(callId: string, fromTag: string): string {
  return `${callId} ${fromTag}`;
}
