import { digitsAreSecret } from '@hookswitch/media/port/secret-digits';
import type { Call } from '../call-records/call.js';
import type { CallSignal } from '../call-records/call-state.js';
import type { CallChange } from '../call-records/call-store.js';
import { advance, callEvent, endSignal, isFinal } from '../call-records/index.js';
import type { ActiveCall } from './active-call.js';
import { logCallStarted } from './call-log.js';
import type { CallsDeps } from './calls-deps.js';
import { endActiveCall } from './end-call.js';
import { noteOn } from './note-on.js';

/** Carries what happens on a leg into the call's record, events and timeline, until the leg ends and the call with it. */
export function followLeg(active: ActiveCall, deps: CallsDeps): void {
  logCallStarted(active);
  deps.keeper?.follow(active);
  listenToLeg(active, deps);
}

/** As `followLeg`, on an answered leg that an earlier process of this node followed before. */
export function followResumedLeg(active: ActiveCall, answeredAt: number, deps: CallsDeps): void {
  deps.keeper?.follow(active, true);
  // The process before may not have come to write it.
  if (active.call.status !== 'in-progress') answered(active, answeredAt, deps);
  else limitTime(active, answeredAt, deps);
  listenToLeg(active, deps);
}

function listenToLeg(active: ActiveCall, deps: CallsDeps): void {
  const { leg } = active;
  const { events } = leg;
  const note = noteOn(active, deps.timeline);
  events.on('signalling', ({ sent, line }) => note({ kind: 'sip', summary: `${sent ? '→' : '←'} ${line}` }));
  events.on('digit', (digit) => note({ kind: 'digit', summary: digitsAreSecret(leg) ? 'a key' : `key ${digit}` }));
  events.on('held', () => note({ kind: 'sip', summary: 'the far end put us on hold' }));
  events.on('resumed', () => note({ kind: 'sip', summary: 'the far end took us back from hold' }));
  events.on('replaced', () => note({ kind: 'sip', summary: 'another phone has the call now' }));
  events.on('referred', (request) => deps.transfer(active, request));
  const rings = () => {
    if (active.call.status !== 'queued') return;
    const ringingAt = active.now();
    active.moveAhead({ status: 'ringing', ringingAt });
    write(active, (call) => moved(call, 'ring', { ringingAt }));
  };
  events.on('ringing', rings);
  // A carrier that plays its own ringing says so with a 183.
  events.on('earlyMedia', rings);
  events.on('answered', () => answered(active, active.now(), deps));
  events.on('ended', (termination, media) => {
    const { answeredAt, status } = active.call;
    const endedAt = active.now();
    // A script that tells a result now says that the call is over, though its end is still being written.
    if (!isFinal(status)) active.moveAhead({ status: advance(status, endSignal(status, termination)), endedAt });
    const end = {
      termination,
      media,
      endedAt,
      ...mediaPathOf(leg),
      ...(answeredAt === undefined ? {} : { answeredAt }),
    };
    void endActiveCall(active, end, deps);
  });
  if (leg.status === 'ended' && leg.termination) {
    void endActiveCall(active, { termination: leg.termination, endedAt: active.now() }, deps);
  }
}

function answered(active: ActiveCall, answeredAt: number, deps: CallsDeps): void {
  active.moveAhead({ status: 'in-progress', answeredAt });
  limitTime(active, answeredAt, deps);
  write(active, (call) => moved(call, 'answer', { answeredAt, ...mediaPathOf(active.leg) }));
}

function limitTime(active: ActiveCall, answeredAt: number, deps: CallsDeps): void {
  const { call, timers, leg } = active;
  const limitSeconds = call.timeLimitSeconds ?? deps.defaultTimeLimitSeconds;
  const leftMs = answeredAt + limitSeconds * 1000 - active.now();
  timers.after(Math.max(0, leftMs), () => leg.hangUp({ by: 'system', reason: 'time-limit' }));
}

function mediaPathOf({ facts: { mediaPath } }: ActiveCall['leg']): Pick<Call, 'mediaPath'> {
  return mediaPath === undefined ? {} : { mediaPath };
}

function moved(
  call: Call,
  signal: Extract<CallSignal, 'ring' | 'answer'>,
  known: Partial<Pick<Call, 'ringingAt' | 'answeredAt' | 'mediaPath'>>,
): CallChange | undefined {
  const waits = call.status === 'queued' || (signal === 'answer' && call.status === 'ringing');
  if (!waits) return undefined;
  const set = { status: advance(call.status, signal), ...known };
  return { set, events: [callEvent(signal === 'ring' ? 'call.ringing' : 'call.answered', { ...call, ...set })] };
}

/** A change that fails is not lost: the one that ends the call carries it. */
function write(active: ActiveCall, decide: (call: Call) => CallChange | undefined): void {
  active.changeSoon(decide).then(
    (call) => {
      // Somebody took us for dead and closed the record; the leg must not outlive it.
      if (isFinal(call.status)) active.leg.hangUp({ by: 'system', reason: 'owner-lost' });
    },
    (error: unknown) => {
      active.logger.warn({ err: error }, 'A change of a call was not written; the last one will carry it.');
    },
  );
}
