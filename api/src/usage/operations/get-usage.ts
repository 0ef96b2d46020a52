import type { OperationHandler } from '../../operation/handler.js';
import type { UsageDay } from '../usage-counter.js';
import { utcDay } from '../usage-counter.js';
import type { UsageDeps } from '../usage-deps.js';
import { usagePeriod } from '../usage-period.js';

export function getUsage({ usage, concurrentCalls, clock }: UsageDeps): OperationHandler<'getUsage'> {
  return async ({ query }, { account }) => {
    const now = clock.now();
    const { from, to } = usagePeriod(query, now);
    const days = await usage.days(account.id, from, to);
    const outboundSeconds = await usage.outboundSeconds(account.id, utcDay(now));
    return {
      status: 200,
      body: {
        accountId: account.id,
        from,
        to,
        days: days.map((day) => ({ ...day })),
        totals: {
          inboundCalls: sum(days, 'inboundCalls'),
          inboundSeconds: sum(days, 'inboundSeconds'),
          outboundCalls: sum(days, 'outboundCalls'),
          outboundSeconds: sum(days, 'outboundSeconds'),
        },
        limits: { ...account.limits },
        now: {
          concurrentCalls: await concurrentCalls(account.id),
          outboundMinutesToday: Math.round((outboundSeconds / 60) * 100) / 100,
        },
      },
    };
  };
}

function sum(days: readonly UsageDay[], name: Exclude<keyof UsageDay, 'day'>): number {
  return days.reduce((total, day) => total + day[name], 0);
}
