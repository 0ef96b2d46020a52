import { BaseError } from '@hookswitch/kernel/base-error';

/** Something to tell one person. */
export interface Message {
  readonly accountId: string;
  /** An e-mail address, or a phone number in E.164. */
  readonly to: string;
  readonly purpose: MessagePurpose;
  /** Of mails. */
  readonly subject: string;
  /** May hold a password or a code: it is never logged. */
  readonly text: string;
}

export type MessagePurpose =
  | 'firstPassword'
  | 'passwordReset'
  | 'loginCode'
  | 'passwordResetCode'
  | 'phoneCode'
  | 'flowMessage';

/** A way to reach people: mail, or SMS. Resolves once the message was handed on; rejects where it was not. */
export interface MessageSender {
  send(message: Message): Promise<void>;
}

export type Channel = 'email' | 'sms';

/** The installation has no way to send mails, or SMS. */
export class ChannelMissingError extends BaseError {
  constructor(channel: Channel) {
    const [what, setting] = channel === 'email' ? ['mails', 'SMTP_URL'] : ['SMS', 'SMS_URL'];
    super('unavailable', 'channel-missing', `This installation cannot send ${what}. Whoever runs it sets ${setting}.`);
  }
}
