import type { CollectionDefinition, TenantCollection, TenantRecord } from '../store/tenant-collection.js';
import type { Channel, MessagePurpose } from './message-sender.js';

/** A message that went into the sink of a development set-up instead of to a person. */
export interface Notification extends TenantRecord {
  readonly channel: Channel;
  readonly to: string;
  readonly purpose: MessagePurpose;
  readonly subject: string;
  /** Sealed; context: the notification's id. */
  readonly sealedText: string;
}

export type NotificationStore = TenantCollection<Notification>;

export const notificationCollection: CollectionDefinition<Notification> = {
  name: 'notifications',
  indexes: [['to']],
};
