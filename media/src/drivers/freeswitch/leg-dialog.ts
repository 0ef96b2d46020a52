import type { LiveCall } from '../../port/live-call.js';
import type { Replaces } from '../../sip/transfer/replaces.js';
import { type EslEvent, plainEvent } from './esl/esl-event.js';

/** The SIP dialog of a channel, as FreeSWITCH sees it. Tags are '' where they are not known (yet). */
export interface LegDialog {
  readonly callId: string;
  readonly localTag: string;
  readonly remoteTag: string;
  /** Contact of the far end, `user@host:port`; '' where it is not known. */
  readonly contact: string;
}

/** Reads it from an event of the channel, or a dump. Of both tags FreeSWITCH keeps those of the INVITE: in one that it sent, its own is in From. */
export function dialogIn(event: EslEvent, direction: LiveCall['direction']): LegDialog {
  const variable = (name: string) => event.get(`variable_sip_${name}`) ?? '';
  const [from, to] = [variable('from_tag'), variable('to_tag')];
  const outbound = direction === 'outbound';
  return {
    callId: variable('call_id'),
    localTag: outbound ? from : to,
    remoteTag: outbound ? to : from,
    contact: variable('contact_uri'),
  };
}

/** Asks FreeSWITCH for the dialog of a channel. */
export async function dialogOfChannel(
  channelId: string,
  direction: LiveCall['direction'],
  api: (command: string) => Promise<string>,
): Promise<LegDialog> {
  return dialogIn(plainEvent(Buffer.from(await api(`uuid_dump ${channelId}`))), direction);
}

/** Whether that is the dialog that its peer names so. What is not known yet does not count against it. */
export function isDialog(dialog: LegDialog, { callId, toTag, fromTag }: Replaces): boolean {
  const fits = (ours: string, theirs: string) => ours === '' || ours === theirs;
  return dialog.callId === callId && fits(dialog.localTag, toTag) && fits(dialog.remoteTag, fromTag);
}
