import type { CallRecording } from '../recordings/call-recorder.js';
import { collectDigits } from './collect-digits.js';
import type { Contact } from './contact.js';
import type { ContactAct, ContactControl } from './contact-control.js';
import type { ContactDeps } from './contact-deps.js';
import { ContactActNotPossibleError, ContactNotFoundError, ContactNotLiveError } from './contact-errors.js';
import type { ContactSession } from './contact-session.js';
import type { LiveQueue } from './live-queue.js';
import { checkRoom, searchFor } from './search-for.js';
import { endContact, hangUp } from './state/leaving.js';
import { notCome } from './state/searching.js';
import {
  backFromScript,
  completeConsult,
  consult,
  hold,
  invite,
  mergeConsult,
  mute,
  note,
  noted,
  recorded,
  retrieve,
  returnFromConsult,
  sendToScript,
  supervise,
  takeOver,
  transfer,
} from './state/talking.js';
import type { Party, PartyState, Search } from './state/visit.js';
import type { Act } from './state/visit-draft.js';

/** The member of the union that has that kind among its own. */
type ActOf<Act extends ContactAct, Kind> = Act extends ContactAct ? (Kind extends Act['kind'] ? Act : never) : never;

/** What acts are done with. */
export interface ContactContext {
  readonly queue: LiveQueue;
  readonly deps: ContactDeps;
}

type Doer<Kind extends ContactAct['kind']> = (
  act: ActOf<ContactAct, Kind>,
  session: ContactSession,
  context: ContactContext,
) => void | Promise<void>;

/** Does what is asked to the contacts of this process. */
export function localContactControl(
  sessions: ReadonlyMap<string, ContactSession>,
  queueOf: (accountId: string) => LiveQueue,
  deps: ContactDeps,
): ContactControl {
  return {
    async act({ accountId, contactId, act }): Promise<Contact> {
      const session = sessions.get(contactId);
      if (!session || session.family.accountId !== accountId) {
        if (!(await deps.contacts.get(accountId, contactId))) throw new ContactNotFoundError(contactId);
        throw new ContactNotLiveError(contactId);
      }
      if (!session.live) throw new ContactNotLiveError(contactId);
      const doIt = doers[act.kind] as Doer<ContactAct['kind']>;
      await doIt(act, session, { queue: queueOf(accountId), deps });
      await session.settled();
      const contact = await deps.contacts.get(accountId, contactId);
      if (!contact) throw new ContactNotFoundError(contactId);
      return contact;
    },
  };
}

const doers: { readonly [Kind in ContactAct['kind']]: Doer<Kind> } = {
  accept({ agentId }, session) {
    const { sequence } = agentIn(session, agentId, ['ringing']);
    if (!session.parties.acceptNow(sequence)) {
      throw new ContactActNotPossibleError(
        'The agent has no SIP phone that could answer by itself; take the call on the phone that rings.',
      );
    }
  },
  decline({ agentId }, session) {
    session.act(notCome(agentIn(session, agentId, ['ringing']).sequence, 'declined'));
  },
  hangUp({ agentId }, session) {
    const party = agentIn(session, agentId, ['talking', 'joining', 'ringing']);
    session.act(party.state === 'ringing' ? notCome(party.sequence, 'declined') : hangUp(party.sequence, 'agent'));
  },
  mute({ agentId }, session) {
    session.act(mute(agentIn(session, agentId).sequence, true));
  },
  unmute({ agentId }, session) {
    session.act(mute(agentIn(session, agentId).sequence, false));
  },
  hold({ agentId, participant }, session) {
    const by = agentIn(session, agentId);
    session.act(hold(by.sequence, talkerIn(session, participant).sequence));
  },
  retrieve({ agentId, participant }, session) {
    const by = agentIn(session, agentId);
    session.act(retrieve(by.sequence, talkerIn(session, participant).sequence));
  },
  transfer: (act, session, context) => transferTo(act, session, context),
  consult: (act, session, context) =>
    lookFor('consult', act, session, context, consult, (by) => {
      if (asks(session, by.sequence)) throw new ContactActNotPossibleError('A consultation is going on already.');
      talkerIn(session, undefined);
    }),
  completeConsult({ agentId }, session) {
    session.act(completeConsult(consultant(session, agentId).sequence));
  },
  mergeConsult({ agentId }, session) {
    session.act(mergeConsult(consultant(session, agentId).sequence));
  },
  returnFromConsult({ agentId }, session) {
    const by = agentIn(session, agentId);
    if (!asks(session, by.sequence)) throw new ContactActNotPossibleError('The agent consults nobody.');
    session.act(returnFromConsult(by.sequence));
  },
  invite: (act, session, context) => lookFor('invite', act, session, context, invite, () => {}),
  async sendDigits({ agentId, participant, digits }, session) {
    const by = agentIn(session, agentId);
    const leg = session.parties.legs.get(talkerIn(session, participant).sequence);
    session.act(noted(by.sequence, 'digitsSent'));
    void leg?.sendDigits(digits);
  },
  collectDigits({ agentId, template }, session, { deps }) {
    const by = agentIn(session, agentId);
    const customer = talkerIn(session, undefined);
    if (customer.heldWith === 'silence')
      throw new ContactActNotPossibleError('The customer is asked for digits already.');
    void collectDigits(session, by.sequence, template, deps);
  },
  async play({ agentId, url, audioId, loop }, session, { deps }) {
    if ((url === undefined) === (audioId === undefined)) {
      throw new ContactActNotPossibleError('Give url or audioId, and not both.');
    }
    const by = agentId === undefined ? undefined : agentIn(session, agentId);
    const source = url === undefined ? { audioId: audioId! } : { url };
    const sound = await deps.audio.resolve(session.family.accountId, source, AbortSignal.timeout(audioTimeoutMs));
    session.act(noted(by?.sequence, 'played'));
    session.play(sound, loop);
  },
  runScript({ agentId, script }, session, { deps }) {
    const by = agentIn(session, agentId);
    const customer = talkerIn(session, undefined);
    const callId = session.parties.callIds.get(customer.sequence)!;
    if (customer.state === 'away') throw new ContactActNotPossibleError('The customer is in a script already.');
    const interlude = new AbortController();
    session.interlude = interlude;
    session.act(sendToScript(by.sequence));
    const over = deps.calls.runScript(callId, script, interlude.signal);
    void over.catch(() => undefined).then(() => session.scriptEnded());
  },
  takeBack({ agentId }, session) {
    session.act(backFromScript(agentIn(session, agentId).sequence));
  },
  record: (act, session, { deps }) => record(act, session, deps),
  remark({ agentId, remark }, session) {
    const party = session.visit.parties.find((each) => agentId !== undefined && each.agentId === agentId);
    session.act(note(party?.sequence, remark ?? ''));
  },
  supervise({ agentId, mode, to }, session) {
    const agent = mode === 'whisper' ? agentIn(session, to) : undefined;
    if (session.visit.parties.some((party) => party.agentId === agentId && party.role === 'agent')) {
      throw new ContactActNotPossibleError('Who takes part in a talk cannot supervise it.');
    }
    session.act(supervise(agentId, mode === 'whisper' ? { mode, to: agent!.sequence } : { mode }));
  },
  leaveSupervision({ agentId }, session) {
    session.act(hangUp(supervisorIn(session, agentId).sequence, 'agent'));
  },
  takeOver({ agentId, from }, session) {
    const supervisor = supervisorIn(session, agentId);
    if (supervisor.state !== 'talking') throw new ContactActNotPossibleError('The supervisor is not in the talk yet.');
    session.act(takeOver(supervisor.sequence, agentIn(session, from).sequence));
  },
  writeKept(_act, session) {
    session.writeKept();
  },
  end(_act, session) {
    session.act(endContact('admin'));
  },
};

const audioTimeoutMs = 10_000;

/** The act `transfer`. `begins` is called once it is clear that it can be done, before anything is. */
export function transferTo(
  act: ActOf<ContactAct, 'transfer'>,
  session: ContactSession,
  context: ContactContext,
  begins: () => void = () => {},
): Promise<void> {
  const begin = (search: Search) => {
    begins();
    return transfer(search);
  };
  return lookFor('transfer', act, session, context, begin, () => {
    if (session.visit.parties.some(({ consultedBy }) => consultedBy !== undefined)) {
      throw new ContactActNotPossibleError('A consultation is going on; complete it, or return from it.');
    }
    talkerIn(session, undefined);
  });
}

/** Has somebody looked for on behalf of an agent, if that is possible before and after it was found out whether there is anybody. */
async function lookFor(
  purpose: 'transfer' | 'consult' | 'invite',
  { agentId, to }: ActOf<ContactAct, 'transfer'>,
  session: ContactSession,
  { queue, deps }: ContactContext,
  begin: (search: Search) => Act,
  check: (by: Party) => void,
): Promise<void> {
  const possible = () => {
    if (!session.live) throw new ContactNotLiveError(session.id);
    if (purpose !== 'invite' && session.visit.searches.some((search) => search.purpose === 'transfer')) {
      throw new ContactActNotPossibleError('The customer is being transferred already.');
    }
    const by = agentIn(session, agentId);
    checkRoom(purpose, session);
    check(by);
    return by;
  };
  const by = possible();
  const search = await searchFor(purpose, to, by, session, queue, deps);
  // Others may have done something meanwhile, or everybody has hung up.
  if (possible().sequence !== by.sequence)
    throw new ContactActNotPossibleError('The agent is not in the talk any more.');
  session.act(begin(search));
}

/** The agent's party, or that of the only agent. @throws ContactActNotPossibleError where there is none in such a state */
function agentIn(
  session: ContactSession,
  agentId: string | undefined,
  states: readonly PartyState[] = ['talking'],
): Party {
  const agents = session.visit.parties.filter(({ role, state }) => role === 'agent' && states.includes(state));
  const found = agentId === undefined ? agents : agents.filter((party) => party.agentId === agentId);
  if (found.length === 1) return found[0]!;
  const word = states.includes('ringing') ? 'is asked or talks' : 'talks';
  if (found.length > 1) throw new ContactActNotPossibleError(`Several agents take part; say which (agentId).`);
  throw new ContactActNotPossibleError(`${agentId ?? 'No agent'} ${word} in ${session.id} now.`);
}

/** A participant in the talk; the customer where none is named. */
function talkerIn(session: ContactSession, sequence: number | undefined): Party {
  const party = session.visit.parties.find((each) =>
    sequence === undefined ? each.role === 'customer' : each.sequence === sequence,
  );
  if (party?.state === 'talking') return party;
  throw new ContactActNotPossibleError(
    `${sequence === undefined ? 'The customer' : `Participant ${sequence}`} is not in the talk now.`,
  );
}

function supervisorIn(session: ContactSession, agentId: string | undefined): Party {
  const party = session.visit.parties.find((each) => each.role === 'supervisor' && each.agentId === agentId);
  if (!party) throw new ContactActNotPossibleError(`${agentId ?? 'Nobody'} does not supervise ${session.id} now.`);
  return party;
}

/** The agent, who talks with somebody about the customer. */
function consultant(session: ContactSession, agentId: string | undefined): Party {
  const by = agentIn(session, agentId);
  if (!session.visit.parties.some(({ consultedBy, state }) => consultedBy === by.sequence && state === 'talking')) {
    throw new ContactActNotPossibleError('The agent consults nobody, or nobody has answered yet.');
  }
  return by;
}

function asks({ visit }: ContactSession, by: number): boolean {
  return (
    visit.parties.some(({ consultedBy }) => consultedBy === by) ||
    visit.searches.some((search) => search.purpose === 'consult' && search.by === by)
  );
}

async function record(
  { status, agentId }: ActOf<ContactAct, 'record'>,
  session: ContactSession,
  { recorder }: ContactDeps,
): Promise<void> {
  // Who left the talk, or was never in it, decides no more what is recorded of it.
  if (agentId !== undefined) agentIn(session, agentId);
  const callId = session.parties.callIds.get(0);
  const leg = session.parties.legs.get(0);
  const running: CallRecording | undefined = callId === undefined ? undefined : recorder.active(callId).at(-1);
  if (status === 'in-progress') {
    if (running) return running.resume();
    if (callId === undefined || !leg) throw new ContactActNotPossibleError('The customer is not in the talk now.');
    const recording = await recorder.start({
      accountId: session.family.accountId,
      callId,
      leg,
      source: 'StartCallRecordingAPI',
      channels: 2,
    });
    return session.act(recorded(recording.id));
  }
  if (!running) throw new ContactActNotPossibleError('Nothing is being recorded.');
  if (status === 'paused') await running.pause('silence');
  else await running.stop();
}
