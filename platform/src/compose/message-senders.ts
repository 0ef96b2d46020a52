import type { Settings } from '@hookswitch/api/config/settings';
import {
  type Channel,
  HttpSmsSender,
  type MessageSender,
  NodemailerMailSender,
  SinkSender,
} from '@hookswitch/api/notifications/index';
import type { Backing } from './backing.js';
import type { Features } from './features.js';

export function isProduction({ environment }: Settings): boolean {
  return environment === 'production';
}

/** Mail and SMS as the settings say; where they say nothing, the sink, and in production nothing. */
export function composeMessageSenders(
  { clock, newId, secretBox, outboundHttp }: Backing,
  { people: { notifications } }: Features,
  settings: Settings,
): Partial<Record<Channel, MessageSender>> {
  const sink = (channel: Channel) =>
    isProduction(settings) ? undefined : new SinkSender(channel, { notifications, secretBox, clock, newId });
  const { smtpUrl, mailFrom, smsUrl, smsAuthorization } = settings;
  const email = smtpUrl === undefined ? sink('email') : new NodemailerMailSender({ url: smtpUrl, from: mailFrom });
  const sms =
    smsUrl === undefined
      ? sink('sms')
      : new HttpSmsSender(outboundHttp, { url: smsUrl, authorization: smsAuthorization });
  return { ...(email && { email }), ...(sms && { sms }) };
}
