import { pause } from '@hookswitch/kernel/clock';
import type { AudioRef } from '@hookswitch/media/port/sound';
import type { Call, CallScript } from '../../call-records/call.js';
import { callEvent, isFinal } from '../../call-records/index.js';
import { OwnerUnreachableError } from '../../nodes/index.js';
import type { ActiveCall } from '../active-call.js';
import {
  CallAlreadyAnsweredError,
  CallNotAnsweredError,
  CallNotFoundError,
  CallNotLiveError,
  CallWithoutScriptError,
  StaleScriptRevisionError,
} from '../call-errors.js';
import { scriptLocation } from '../call-scripts.js';
import type { CallsDeps } from '../calls-deps.js';
import { noteOn } from '../note-on.js';
import { checkReferred, referLiveCall } from '../transfer/refer-live-call.js';
import type { CallModification, ModifyCall } from './call-control.js';

/** How long an answer waits for the end that it asked for, milliseconds. */
const endPatienceMs = 2000;
const audioTimeoutMs = 10_000;

/**
 * Changes a call that this process owns. All checks come first: either everything happens or nothing does.
 * @throws CallNotFoundError, CallNotLiveError, StaleScriptRevisionError, CallAlreadyAnsweredError, CallNotAnsweredError, CallWithoutScriptError, and what the
 * audio's look-up says
 */
export async function modifyLiveCall(
  { accountId, callId, change, ifRevision }: ModifyCall,
  deps: CallsDeps,
): Promise<Call> {
  const active = await ownedCall(accountId, callId, deps);
  check(active, change, ifRevision);
  const sound = change.play && (await resolve(accountId, change.play, deps));
  // Looking the audio up took time; the call may have ended and another script may have started.
  check(active, change, ifRevision);
  if (change.refer) checkReferred(active, change.refer, deps);
  if (change.mute) mute(active, change.mute);
  if (change.script) replaceScript(active, change.script);
  if (sound) void active.leg.play(sound, { loops: change.play?.loop ?? 1 });
  if (change.sendDigits !== undefined) void active.leg.sendDigits(change.sendDigits);
  if (change.refer) referLiveCall(active, change.refer, deps);
  const { status, ...told } = change;
  const members = Object.keys(told).filter((name) => told[name as keyof typeof told] !== undefined);
  noteOn(
    active,
    deps.timeline,
  )({
    kind: 'update',
    summary: `changed by API: ${[...members, ...(status ? [`status ${status}`] : [])].join(', ')}`,
    ...(change.script ? { detail: { script: scriptLocation(change.script) } } : {}),
  });
  if (members.length > 0) await writeUpdate(active, change, members);
  return status ? end(active, status, deps) : active.call;
}

/**
 * The call, where this process owns it and it lives.
 * @throws CallNotFoundError, CallNotLiveError, OwnerUnreachableError
 */
export async function ownedCall(
  accountId: string,
  callId: string,
  deps: Pick<CallsDeps, 'registry' | 'store'>,
): Promise<ActiveCall> {
  const active = deps.registry.get(callId);
  if (active?.accountId === accountId) {
    if (active.leg.status === 'ended') throw new CallNotLiveError(callId);
    return active;
  }
  const call = await deps.store.get(accountId, callId);
  if (!call) throw new CallNotFoundError(callId);
  throw isFinal(call.status) ? new CallNotLiveError(callId) : new OwnerUnreachableError(callId);
}

function check(active: ActiveCall, change: CallModification, ifRevision: number | undefined): void {
  const { call, leg } = active;
  if (leg.status === 'ended') throw new CallNotLiveError(call.id);
  if (ifRevision !== undefined && ifRevision !== call.scriptRevision) {
    throw new StaleScriptRevisionError(call.id, ifRevision, call.scriptRevision);
  }
  if (change.script && call.direction === 'outbound-dial') throw new CallWithoutScriptError(call.id);
  const answered = leg.status === 'answered';
  if (change.status === 'canceled' && answered) throw new CallAlreadyAnsweredError(call.id);
  if ((change.play || change.sendDigits !== undefined || change.refer) && !answered)
    throw new CallNotAnsweredError(call.id);
}

async function resolve(
  accountId: string,
  { url, audioId }: NonNullable<CallModification['play']>,
  deps: CallsDeps,
): Promise<AudioRef> {
  const control = new AbortController();
  const cancel = deps.clock.after(audioTimeoutMs, () => control.abort('the audio took too long'));
  try {
    return await deps.audio.resolve(
      accountId,
      url === undefined ? { audioId: audioId ?? '' } : { url },
      control.signal,
    );
  } finally {
    cancel();
  }
}

function mute({ leg }: ActiveCall, wanted: NonNullable<CallModification['mute']>): void {
  if (wanted.in !== undefined) leg.mute('in', wanted.in);
  if (wanted.out !== undefined) leg.mute('out', wanted.out);
}

/** A script given before the answer waits for it; one given to a call whose script runs takes its place at once. */
function replaceScript(active: ActiveCall, script: CallScript): void {
  active.moveAhead({ script });
  active.reserveRevision();
  if (active.call.direction === 'inbound' || active.scripts?.started) active.scripts?.start(script);
}

async function writeUpdate(active: ActiveCall, change: CallModification, members: readonly string[]): Promise<void> {
  let taken = false;
  await active.change((call) => {
    taken = !isFinal(call.status);
    if (!taken) return undefined;
    const set = {
      ...(change.tags ? { tags: changedTags(call.tags, change.tags) } : {}),
      ...(change.script ? { script: change.script } : {}),
    };
    return { set, events: [callEvent('call.updated', { ...call, ...set }, members)] };
  });
  if (!taken) throw new CallNotLiveError(active.id);
}

function changedTags(
  old: Readonly<Record<string, string>>,
  changes: Readonly<Record<string, string | null>>,
): Readonly<Record<string, string>> {
  const merged = Object.entries({ ...old, ...changes });
  return Object.fromEntries(merged.filter((entry): entry is [string, string] => entry[1] !== null).slice(0, 50));
}

async function end(active: ActiveCall, status: 'completed' | 'canceled', deps: CallsDeps): Promise<Call> {
  active.leg.hangUp(
    status === 'canceled' ? { result: 'canceled', by: 'local', reason: 'hangup' } : { by: 'local', reason: 'hangup' },
  );
  const patience = new AbortController();
  const over = active.over.finally(() => patience.abort());
  return Promise.race([over, pause(deps.clock, endPatienceMs, patience.signal).then(() => active.call)]);
}
