import type { Call } from '@hookswitch/api/call-records/index';
import { ScriptUnavailableError } from '@hookswitch/api/scripting/script-source';
import type { SendOutcome } from '@hookswitch/api/webhooks/webhook-sender';
import { ManualClock } from '@hookswitch/kernel/manual-clock';
import { Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { platformRecorders } from './platform-recorders.js';

function world() {
  const metrics = new Registry();
  const clock = new ManualClock();
  return { metrics, clock, recorders: platformRecorders(metrics, clock) };
}

describe('what is counted as it happens', () => {
  it('counts ended calls by direction, result and reason', async () => {
    const { metrics, recorders } = world();
    const over = (status: string, reason: string) =>
      ({ direction: 'inbound', status, termination: { reason } }) as unknown as Call;
    recorders.callEnded(over('completed', 'hangup'));
    recorders.callEnded(over('completed', 'hangup'));
    recorders.callEnded(over('busy', 'busy'));
    const text = await metrics.metrics();
    expect(text).toContain('hookswitch_calls_ended_total{direction="inbound",result="completed",reason="hangup"} 2');
    expect(text).toContain('hookswitch_calls_ended_total{direction="inbound",result="busy",reason="busy"} 1');
  });

  it('times requests for scripts, answered and failed, and passes both on', async () => {
    const { metrics, clock, recorders } = world();
    const answer = { body: '[]', url: 'https://a' };
    const failure = new ScriptUnavailableError('upstream', 'script-bad-status', 'said 500', 'https://a');
    const question = {} as never;
    const good = recorders.timed({
      async ask() {
        clock.advance(200);
        return answer;
      },
    });
    const failing = recorders.timed({
      async ask() {
        clock.advance(3000);
        throw failure;
      },
    });
    expect(await good.ask(question)).toBe(answer);
    await expect(failing.ask(question)).rejects.toBe(failure);
    const text = await metrics.metrics();
    expect(text).toContain('hookswitch_script_request_seconds_sum{outcome="ok"} 0.2');
    expect(text).toContain('hookswitch_script_request_seconds_sum{outcome="script-bad-status"} 3');
  });

  it.each<[string, SendOutcome]>([
    ['accepted', { kind: 'response', status: 204, durationMs: 1, body: '' }],
    ['refused', { kind: 'response', status: 500, durationMs: 1, body: '' }],
    ['refused', { kind: 'response', status: 301, durationMs: 1, body: '' }],
    ['timeout', { kind: 'failed', reason: 'timeout', message: 'too long', durationMs: 1 }],
  ])('counts a webhook as %s', async (result, outcome) => {
    const { metrics, recorders } = world();
    const sender = recorders.counted({ send: async () => outcome, close: async () => {} });
    expect(await sender.send({} as never)).toBe(outcome);
    expect(await metrics.metrics()).toContain(`hookswitch_webhook_attempts_total{result="${result}"} 1`);
  });
});
