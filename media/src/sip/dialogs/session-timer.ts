import { headerParams } from '../parse/header-values.js';
import type { SipRequest, SipResponse } from '../parse/message.js';
import type { HeaderList } from '../sip-command.js';
import type { SessionTimerSettings } from '../sip-settings.js';

/** A session interval that was agreed on (RFC 4028). */
export interface SessionTimer {
  readonly expiresSeconds: number;
  /** Whether we send the refreshes. */
  readonly weRefresh: boolean;
}

/** A Session-Expires value. */
export function readSessionExpires(
  message: SipRequest | SipResponse,
): { seconds: number; refresher: 'uac' | 'uas' | undefined } | undefined {
  const line = message.header('session-expires');
  if (line === undefined) return undefined;
  const { value, params } = headerParams(line);
  if (!/^\d{1,9}$/.test(value)) return undefined;
  const refresher = params.get('refresher')?.toLowerCase();
  return { seconds: Number(value), refresher: refresher === 'uac' || refresher === 'uas' ? refresher : undefined };
}

/** What to put into an INVITE or re-INVITE of ours (4028 7.1, 7.4). `minSe` is what a 422 asked for, or 0. */
export function timerHeaders(settings: SessionTimerSettings, minSe: number, current?: SessionTimer): HeaderList {
  const wanted = current?.expiresSeconds ?? settings.expiresSeconds;
  if (wanted === 0) return [];
  const seconds = Math.max(wanted, minSe);
  const refresher = current ? `;refresher=${current.weRefresh ? 'uac' : 'uas'}` : '';
  const headers: [string, string][] = [['Session-Expires', `${seconds}${refresher}`]];
  const least = Math.max(settings.minSeSeconds, minSe);
  if (least > 90) headers.push(['Min-SE', String(least)]);
  return headers;
}

/** What we answer to an INVITE or re-INVITE of theirs (4028 9). */
export type TimerAnswer =
  | { readonly tooSmall: true; readonly minSe: number }
  | { readonly tooSmall: false; readonly timer: SessionTimer | undefined; readonly headers: HeaderList };

export function answerTimer(settings: SessionTimerSettings, request: SipRequest): TimerAnswer {
  const asked = readSessionExpires(request);
  const peerSupports = request.hasToken('supported', 'timer') || request.hasToken('require', 'timer');
  const minSe = Math.max(90, settings.minSeSeconds);
  if (asked && asked.seconds < minSe && peerSupports) return { tooSmall: true, minSe };
  if (!asked && settings.expiresSeconds === 0) return { tooSmall: false, timer: undefined, headers: [] };
  const theirMin = request.numberHeader('min-se') ?? 90;
  const seconds = Math.max(asked?.seconds ?? settings.expiresSeconds, theirMin, minSe);
  // A peer without the extension cannot refresh; else it may choose, and the caller does where it does not care (table 2).
  const refresher = peerSupports ? (asked?.refresher ?? 'uac') : 'uas';
  const headers: [string, string][] = [['Session-Expires', `${seconds};refresher=${refresher}`]];
  if (refresher === 'uac') headers.push(['Require', 'timer']);
  return { tooSmall: false, timer: { expiresSeconds: seconds, weRefresh: refresher === 'uas' }, headers };
}

/** What a 2xx to our INVITE or re-INVITE means (4028 7.2): no Session-Expires, no timer. */
export function timerFromAnswer(response: SipResponse): SessionTimer | undefined {
  const answer = readSessionExpires(response);
  if (!answer) return undefined;
  // A peer that violates the minimum must not make us refresh all the time.
  return { expiresSeconds: Math.max(90, answer.seconds), weRefresh: answer.refresher !== 'uas' };
}

/** When we refresh, and when we give the session up, milliseconds after the last refresh (4028 10). */
export function timerSchedule(timer: SessionTimer): { refreshAfter: number | undefined; giveUpAfter: number } {
  const { expiresSeconds } = timer;
  return {
    refreshAfter: timer.weRefresh ? expiresSeconds * 500 : undefined,
    giveUpAfter: (expiresSeconds - Math.min(32, expiresSeconds / 3)) * 1000,
  };
}
