import type { Call } from '@hookswitch/api/call-records/index';
import type { ScriptSource } from '@hookswitch/api/scripting/index';
import { isAccepted, type SendOutcome, type WebhookSender } from '@hookswitch/api/webhooks/webhook-sender';
import { BaseError } from '@hookswitch/kernel/base-error';
import type { Clock } from '@hookswitch/kernel/clock';
import { Counter, Histogram, type Registry } from 'prom-client';

/** What is counted and timed as it happens. Every label has few values: none comes from a user. */
export interface PlatformRecorders {
  /** A call of this process is over and its record final. */
  callEnded(call: Call): void;
  /** Times every request for a script. */
  timed(source: ScriptSource): ScriptSource;
  /** Counts every webhook request by what came of it. */
  counted(sender: WebhookSender): WebhookSender;
}

export function platformRecorders(metrics: Registry, clock: Clock): PlatformRecorders {
  const registers = [metrics];
  const ended = new Counter({
    name: 'hookswitch_calls_ended_total',
    help: 'Calls of this process that ended.',
    labelNames: ['direction', 'result', 'reason'],
    registers,
  });
  const scripts = new Histogram({
    name: 'hookswitch_script_request_seconds',
    help: "Time a developer's backend took to answer with a script, or until it was given up. `outcome` is ok or an error code.",
    labelNames: ['outcome'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15],
    registers,
  });
  const attempts = new Counter({
    name: 'hookswitch_webhook_attempts_total',
    help: 'Requests to webhook receivers by result.',
    labelNames: ['result'],
    registers,
  });
  return {
    callEnded({ direction, status, termination }) {
      ended.inc({ direction, result: status, reason: termination?.reason ?? 'unknown' });
    },
    timed: (source) => ({
      async ask(question) {
        const began = clock.monotonic();
        let outcome = 'ok';
        try {
          return await source.ask(question);
        } catch (error) {
          outcome = error instanceof BaseError ? error.code : 'internal-error';
          throw error;
        } finally {
          scripts.observe({ outcome }, (clock.monotonic() - began) / 1000);
        }
      },
    }),
    counted: (sender) => ({
      async send(request) {
        const outcome = await sender.send(request);
        attempts.inc({ result: resultOf(outcome) });
        return outcome;
      },
      close: () => sender.close(),
    }),
  };
}

/** `accepted`, `refused` (an answer that is not 2xx), or why there was no answer. */
function resultOf(outcome: SendOutcome): string {
  if (outcome.kind === 'failed') return outcome.reason;
  return isAccepted(outcome) ? 'accepted' : 'refused';
}
