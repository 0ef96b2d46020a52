import { decimal, setting } from '../setting.js';

/** How long things are kept. */
export const retentionSettings = {
  timelineRetentionDays: setting({
    env: 'TIMELINE_RETENTION_DAYS',
    sentence: 'How long the timelines of calls are kept.',
    default: '30',
    parse: decimal(0.01, 3650),
  }),
  eventRetentionDays: setting({
    env: 'EVENT_RETENTION_DAYS',
    sentence: 'How long events and the results of their deliveries are kept.',
    default: '30',
    parse: decimal(0.01, 3650),
  }),
  auditRetentionDays: setting({
    env: 'AUDIT_RETENTION_DAYS',
    sentence: 'How long the entries of the audit log are kept.',
    default: '365',
    parse: decimal(0.01, 3650),
  }),
  statusHistoryRetentionDays: setting({
    env: 'STATUS_HISTORY_RETENTION_DAYS',
    sentence: "How long the changes of agents' statuses are kept; the last one of each agent always is.",
    default: '90',
    parse: decimal(0.01, 3650),
  }),
} as const;
