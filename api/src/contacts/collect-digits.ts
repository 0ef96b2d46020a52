import type { LiveCall } from '@hookswitch/media/port/live-call';
import type { AudioRef } from '@hookswitch/media/port/sound';
import { collectDigits as collectFrom } from '../scripting/index.js';
import type { CollectionTemplate } from './contact-control.js';
import type { ContactDeps } from './contact-deps.js';
import type { ContactSession } from './contact-session.js';
import { askForDigits, digitsCollected } from './state/talking.js';

/**
 * Asks the customer for digits during the talk (SOFTIN-17): prompt, keys, then the talk goes on. The agent is told by an event, and the template's callback by a POST
 * (`{ contactId, digits, reason }`). Resolves when that is done; never rejects.
 */
export async function collectDigits(
  session: ContactSession,
  by: number | undefined,
  template: CollectionTemplate,
  deps: ContactDeps,
): Promise<void> {
  const leg = session.parties.legs.get(0);
  const { accountId } = session.family;
  if (!leg) return;
  session.act(askForDigits(by));
  const { digits, reason } = await ask(leg, accountId, template, deps);
  session.act(digitsCollected(by, digits.length));
  const agentId = session.visit.contact.participants.find(({ sequence }) => sequence === by)?.agentId;
  if (agentId !== undefined) {
    deps.agentEvents.publish(accountId, agentId, { type: 'digitsCollected', sessionId: session.id, digits, reason });
  }
  if (template.callbackUrl === undefined || reason !== 'complete') return;
  try {
    await deps.http.request({
      method: 'POST',
      url: template.callbackUrl,
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ contactId: session.id, digits, reason }),
      timeoutMs: 5000,
      maxBytes: 64 * 1024,
    });
  } catch (error) {
    deps.logger.warn({ err: error, contactId: session.id }, 'The callback of a digit collection failed.');
  }
}

async function ask(
  leg: LiveCall,
  accountId: string,
  { prompt, digits: wanted, fixedLength, finishOnKey, timeoutSeconds }: CollectionTemplate,
  deps: ContactDeps,
): Promise<{ digits: string; reason: 'complete' | 'timeout' | 'ended' }> {
  const rules = { numDigits: wanted, finishOnKey, timeoutMs: timeoutSeconds * 1000, bargeIn: true, inband: false };
  leg.flushDigits();
  try {
    const collected = await collectFrom(
      leg,
      rules,
      async (signal) => void (await leg.play(await promptSound(accountId, prompt, signal, deps), { signal })),
      new AbortController().signal,
    );
    if (collected.reason === 'call-ended' || collected.reason === 'interrupted') return { digits: '', reason: 'ended' };
    const { digits } = collected;
    const complete = digits.length > 0 && (!fixedLength || digits.length === wanted);
    return complete ? { digits, reason: 'complete' } : { digits: '', reason: 'timeout' };
  } catch (error) {
    deps.logger.warn({ err: error }, 'The prompt of a digit collection could not be had.');
    return { digits: '', reason: 'ended' };
  }
}

function promptSound(
  accountId: string,
  prompt: CollectionTemplate['prompt'],
  signal: AbortSignal,
  { audio, speech }: ContactDeps,
): Promise<AudioRef> {
  if ('audioId' in prompt) return audio.resolve(accountId, prompt, signal);
  return speech.synthesize({ text: prompt.text, language: prompt.language ?? 'en-US' }, signal);
}
