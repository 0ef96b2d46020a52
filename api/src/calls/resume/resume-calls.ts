import type { RestoredLeg } from '@hookswitch/media/port/leg-snapshot';
import type { Call } from '../../call-records/call.js';
import type { AdoptRecordings } from '../../recordings/call-recorder.js';
import { Talk } from '../../scripting/index.js';
import { ActiveCall } from '../active-call.js';
import { CallScripts } from '../call-scripts.js';
import type { CallsDeps } from '../calls-deps.js';
import { closeStrayRecord, ownerLost } from '../end-call.js';
import { followResumedLeg } from '../follow-leg.js';
import { noteOn } from '../note-on.js';
import type { FormerContacts } from './former-contacts.js';
import type { FormerCall, KeepCalls } from './keep-calls.js';
import type { KeptCall } from './kept-call.js';
import { fitCalls, type Resumption, resumptions, worthRestoring } from './resumption.js';

export interface ResumeDeps extends CallsDeps {
  readonly keeper: KeepCalls;
  readonly recordings: AdoptRecordings;
  /** The contacts that the process before had. */
  readonly formerContacts: () => Promise<FormerContacts>;
}

/** Calls of an earlier process, taken over. */
export interface ResumedCalls {
  /** Has the scripts go on that wait for no talk, and hangs up on whom nothing can go on with. Once the engine listens. */
  goOn(): void;
}

/** A leg that was taken over, and what becomes of it. */
interface Taken {
  readonly active: ActiveCall;
  readonly kept: KeptCall;
  readonly recordings: RestoredLeg['recordings'];
  readonly resumption: Resumption;
}

/**
 * Goes on with the calls of the process that was this node before: takes their legs over, knows again who talks to whom, has talks and recordings go on, and ends
 * properly what cannot go on. Before the engine starts, so that nothing that a far end says is missed.
 */
export async function resumeCalls(deps: ResumeDeps): Promise<ResumedCalls> {
  const live = new Map((await deps.store.liveOnNode(deps.nodeId)).map((call) => [call.id, call]));
  const contacts = await deps.formerContacts();
  const former = await deps.keeper.takeOver();
  const legs = await deps.engine.restore(worthRestoring(former).map(({ leg }) => leg));
  const calls = fitCalls(former, new Set(legs.map(({ call }) => call.id)), live);
  const settled = contacts.settle([...calls.fit.values()]);
  const found = resumptions(calls, live, settled);
  const taken = takeIn(legs, { former, found, live }, deps);
  const strangers = legs.filter(({ call }) => !deps.registry.get(call.id));
  await Promise.all(taken.map((one) => adoptRecordings(one, deps)));
  await settled.goOn(taken.flatMap(({ active, resumption }) => (resumption.kind === 'end' ? [] : [active])));
  goOnTalking(taken, deps);
  for (const key of former) if (!deps.registry.get(key.callId)) deps.keeper.drop(key);
  const lost = [...live.values()].filter(({ id }) => !deps.registry.get(id));
  void deps.registry.during(() => endLost(lost, deps));
  tell(taken, lost, deps);
  return {
    goOn() {
      for (const { call } of strangers) call.hangUp({ by: 'system', reason: 'owner-lost' });
      for (const { active, resumption } of taken) {
        if (resumption.kind === 'end') active.leg.hangUp({ by: 'system', reason: 'owner-lost' });
        else if (resumption.kind === 'script') active.scripts?.resume(resumption.script);
      }
    },
  };
}

/** Makes calls of the legs whose records are not over. */
function takeIn(
  legs: readonly RestoredLeg[],
  {
    former,
    found,
    live,
  }: {
    readonly former: readonly FormerCall[];
    readonly found: ReadonlyMap<string, Resumption>;
    readonly live: ReadonlyMap<string, Call>;
  },
  deps: ResumeDeps,
): readonly Taken[] {
  const keptOf = new Map(former.map(({ callId, kept }) => [callId, kept]));
  const all = legs.flatMap((leg) => {
    const [kept, record, resumption] = [keptOf.get(leg.call.id), live.get(leg.call.id), found.get(leg.call.id)];
    return kept && record && resumption ? [{ leg, kept, record, resumption }] : [];
  });
  // A parent before those that it dialled.
  all.sort((a, b) => Number(a.kept.parentId !== undefined) - Number(b.kept.parentId !== undefined));
  return all.map(({ leg, kept, record, resumption }) => {
    const active = activeCallOf(leg, kept, record, deps);
    return { active, kept, recordings: leg.recordings, resumption };
  });
}

function activeCallOf({ call: leg }: RestoredLeg, kept: KeptCall, record: Call, deps: ResumeDeps): ActiveCall {
  const parent = kept.parentId === undefined ? undefined : deps.registry.get(kept.parentId);
  const active = new ActiveCall({
    call: record,
    stored: Promise.resolve(record),
    leg,
    store: deps.store,
    clock: deps.clock,
    logger: deps.logger,
    signingSecrets: kept.signingSecrets,
    release: deps.admission.readmit(record.accountId, record.trunkId),
    ...(parent ? { parent } : {}),
    ...(kept.callerId === undefined ? {} : { callerId: kept.callerId }),
    ...(kept.passedOn === undefined ? {} : { passedOn: kept.passedOn }),
  });
  active.inContact = kept.inContact;
  active.scripts = new CallScripts(active, deps.childrenOf(active), deps);
  if (kept.scriptRevision > record.scriptRevision) active.moveAhead({ scriptRevision: kept.scriptRevision });
  parent?.children.add(active);
  deps.registry.add(active);
  followResumedLeg(active, kept.answeredAt ?? deps.clock.now(), deps);
  return active;
}

/** Recordings go on; those of a verb that begins again end, since it makes new ones. */
async function adoptRecordings({ active, recordings, resumption }: Taken, deps: ResumeDeps): Promise<void> {
  for (const live of recordings) {
    const adopted = await deps.recordings.adopt(active.accountId, live);
    const ofVerb = adopted?.source === 'RecordVerb' || adopted?.source === 'DialVerb';
    const begins = resumption.kind === 'script' || resumption.kind === 'end';
    if (ofVerb && begins) void adopted.recording.stop();
  }
}

/** Joins those again who talk, and has the scripts that wait for the talk's end wait on. */
function goOnTalking(taken: readonly Taken[], deps: ResumeDeps): void {
  for (const { active, resumption } of taken) {
    if (resumption.kind !== 'talk') continue;
    const partner = deps.registry.get(resumption.partnerId);
    if (!active.talk && partner) {
      const talk = new Talk((a, b) => deps.engine.connect(a, b), active.leg, partner.leg);
      active.talk = talk;
      partner.talk = talk;
    }
  }
  for (const { active, resumption } of taken) {
    const talks = resumption.kind === 'talk' || resumption.kind === 'contact';
    if (talks && resumption.script) active.scripts?.resume(resumption.script);
  }
}

/** Ends the records whose legs are gone. */
async function endLost(lost: readonly Call[], deps: ResumeDeps): Promise<void> {
  for (const call of lost) {
    await closeStrayRecord(call.id, { termination: ownerLost(call), endedAt: deps.clock.now() }, deps);
  }
}

function tell(taken: readonly Taken[], lost: readonly Call[], deps: ResumeDeps): void {
  let ended = lost.length;
  for (const { active, resumption } of taken) {
    if (resumption.kind === 'end') ended++;
    const end = resumption.kind === 'end' ? `; it ends, since ${resumption.why}` : ' and goes on with it';
    noteOn(active, deps.timeline)({ kind: 'event', summary: `another process has taken the call over${end}` });
  }
  if (taken.length + lost.length === 0) return;
  deps.logger.warn(
    { goOn: taken.length + lost.length - ended, ended },
    'The process that was this node before was lost with calls up: this one goes on with them, or ends them.',
  );
}
