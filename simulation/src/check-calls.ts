import { type Call, isFinal } from '@hookswitch/api/call-records/index';
import { cdrCollection } from '@hookswitch/api/cdrs/index';
import { publicEvent, type StoredEvent } from '@hookswitch/api/webhooks/index';
import type { Life } from './life.js';
import type { Violation } from './violation.js';
import type { World } from './world.js';

/** Events of one call that an account can have at most; more than one page of them. */
const page = { limit: 10_000 };

/** What must hold of every call once all is quiet: one end, one CDR, one gap-free row of events, each relayed once under one id. */
export async function checkCalls(world: World, lives: readonly Life[]): Promise<Violation[]> {
  const { accountId } = world.installation;
  const calls = await world.calls.list(accountId, {}, page);
  const found: Violation[] = [];
  for (const { acceptedCallId } of lives) {
    if (acceptedCallId !== undefined && calls.filter(({ id }) => id === acceptedCallId).length !== 1) {
      found.push({ callId: acceptedCallId, text: 'the call was accepted but has no record' });
    }
  }
  for (const call of calls) {
    const say = (text: string) => void found.push({ callId: call.id, text });
    if (!isFinal(call.status)) say(`is still ${call.status}`);
    if (call.pendingEvents.length > 0) say(`${call.pendingEvents.length} events were never relayed`);
    if ((call.status === 'completed') !== (call.answeredAt !== undefined)) {
      say(`is ${call.status} though ${call.answeredAt === undefined ? 'never' : ''} answered`);
    }
    checkTimes(world, call, say);
    const events = await world.dataCentre.stores.events.list(accountId, { subjectId: call.id }, page);
    checkEvents(world, call, [...events].reverse(), say);
    await checkCdr(world, call, events, say);
  }
  return found;
}

/** Ends that are told by a process that did not have the call: their time is that of another clock. */
export const toldByOthers: readonly (string | undefined)[] = ['owner-lost', 'internal-error'];
/** Events may be pushed so late, milliseconds. */
const lateMs = 60_000;

/** A call took as long as the world saw it live, whoever set the clock of its process meanwhile. */
function checkTimes(world: World, call: Call, say: (text: string) => void): void {
  const { createdAt, endedAt, answeredAt = createdAt, termination } = call;
  if (endedAt === undefined) return;
  if (answeredAt < createdAt || endedAt < answeredAt) say('its times go back');
  // A call that another process went on with is of two clocks.
  if (world.sound || toldByOthers.includes(termination?.reason)) return;
  const { from, to } = world.dataCentre.lived.get(call.id) ?? { from: 0, to: 0 };
  const tookMs = endedAt - createdAt;
  if (tookMs > to - from + lateMs) say(`took ${tookMs} ms by its times, and was there for ${to - from}`);
}

function checkEvents(world: World, call: Call, events: readonly StoredEvent[], say: (text: string) => void): void {
  const sequences = events.map(({ sequence }) => sequence);
  const wanted = Array.from({ length: call.sequence }, (_, at) => at + 1);
  if (sequences.join() !== wanted.join()) {
    say(`its events are numbered ${sequences.join(' ')} and not 1 to ${call.sequence}`);
  }
  const pushed = world.dataCentre.pushed.get(call.id) ?? [];
  for (const { id, sequence, type } of pushed) {
    const stored = events.filter((event) => event.sequence === sequence);
    if (stored.length !== 1) say(`event #${sequence} ${type} is ${stored.length} times in the event store`);
    else if (stored[0]!.id !== id) say(`event #${sequence} ${type} was stored under another id`);
  }
  for (const { id, type } of events) {
    if ((world.dataCentre.relayed.get(id)?.changed ?? 0) > 0) say(`event ${type} changed between two relays`);
  }
  const types = events.map(({ type }) => type);
  const count = (type: string) => types.filter((one) => one === type).length;
  if (types[0] !== 'call.initiated') say(`begins with ${types[0]}`);
  for (const type of ['call.initiated', 'call.completed', 'cdr.created']) {
    if (count(type) !== 1) say(`has ${count(type)} events ${type}`);
  }
  if (count('call.answered') !== (call.answeredAt === undefined ? 0 : 1)) {
    say(`has ${count('call.answered')} events call.answered`);
  }
  if (types.indexOf('cdr.created') !== types.indexOf('call.completed') + 1) {
    say('cdr.created does not follow call.completed');
  }
  const late = types.slice(types.indexOf('cdr.created') + 1).filter((type) => !type.startsWith('recording.'));
  if (late.length > 0) say(`${late.join(', ')} came after the CDR`);
}

async function checkCdr(
  world: World,
  call: Call,
  events: readonly StoredEvent[],
  say: (text: string) => void,
): Promise<void> {
  const cdrs = world.dataCentre.stores.collection(cdrCollection);
  const stored = await cdrs.get(call.accountId, call.id);
  if (!stored) return say('has no CDR');
  const told = events.find(({ type }) => type === 'cdr.created');
  if (told && stored.cdr !== JSON.stringify(publicEvent(told).data)) say('its stored CDR is not the one of the event');
}
