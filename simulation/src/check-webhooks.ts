import { webhookEndpointCollection } from '@hookswitch/api/webhooks/index';
import type { Violation } from './violation.js';
import type { World } from './world.js';

/** What must hold of webhooks once all is quiet: every live receiver took every event, and first attempts came in order. */
export async function checkWebhooks(world: World): Promise<Violation[]> {
  const { installation, receivers, dataCentre } = world;
  const found: Violation[] = [];
  const endpoints = dataCentre.stores.collection(webhookEndpointCollection);
  const urls: string[] = installation.statusCallbackUrl === undefined ? [] : [installation.statusCallbackUrl];
  for (const { id, url } of installation.webhooks) {
    const endpoint = await endpoints.get(installation.accountId, id);
    if (endpoint?.status === 'enabled') {
      urls.push(url);
      found.push(...missed(world, url));
    }
  }
  for (const url of new Set(receivers.attempts.map((attempt) => attempt.url))) found.push(...disordered(world, url));
  // Who makes a delivery has it for a time of the clock of its process: where clocks disagree, another takes it over early.
  if (world.killed.length === 0 && world.clocksSet === 0 && !world.shaky) found.push(...repeated(world));
  return found;
}

/** Events that an endpoint never took. */
function missed({ dataCentre, receivers }: World, url: string): Violation[] {
  const taken = new Set(receivers.attempts.filter((one) => one.url === url && one.accepted).map((one) => one.eventId));
  const found: Violation[] = [];
  for (const [callId, events] of dataCentre.pushed) {
    for (const { id, sequence, type } of events) {
      if (!taken.has(id)) found.push({ callId, about: id, text: `${url} never took event #${sequence} ${type}` });
    }
  }
  return found;
}

/** First attempts of events about one call (contact, agent) that came out of order. */
function disordered({ receivers }: World, url: string): Violation[] {
  const last = new Map<string, number>();
  const seen = new Set<string>();
  const found: Violation[] = [];
  for (const { url: to, eventId, subjectId, sequence } of receivers.attempts) {
    if (to !== url || subjectId === undefined || sequence === undefined || seen.has(eventId)) continue;
    seen.add(eventId);
    const before = last.get(subjectId) ?? 0;
    if (sequence < before)
      found.push({ callId: subjectId, about: eventId, text: `${url} was sent #${sequence} after #${before}` });
    last.set(subjectId, Math.max(before, sequence));
  }
  return found;
}

/** Events sent again although they were taken, where nobody died. */
function repeated({ receivers }: World): Violation[] {
  const taken = new Set<string>();
  const found: Violation[] = [];
  for (const { url, eventId, subjectId, sequence, accepted } of receivers.attempts) {
    const key = `${url} ${eventId}`;
    if (taken.has(key)) {
      found.push({
        ...(subjectId === undefined ? {} : { callId: subjectId }),
        text: `${url} took #${sequence} and was sent it again`,
      });
    }
    if (accepted) taken.add(key);
  }
  return found;
}
