import type { OperationHandlers } from '../operation/handler.js';
import { listNotifications, type NotificationDeps } from './operations/list-notifications.js';

export { HttpSmsSender, type SmsSettings } from './http-sms-sender.js';
export { type Channel, ChannelMissingError, type Message, type MessageSender } from './message-sender.js';
export { type MailSettings, NodemailerMailSender } from './nodemailer-mail-sender.js';
export { type Notification, type NotificationStore, notificationCollection } from './notification.js';
export { createNotifier, type Notifier } from './notifier.js';
export type { NotificationDeps } from './operations/list-notifications.js';
export { SinkSender } from './sink-sender.js';

/** The HTTP face of the development sink. */
export function notificationOperations(deps: NotificationDeps) {
  return { listNotifications: listNotifications(deps) } satisfies Partial<OperationHandlers>;
}
