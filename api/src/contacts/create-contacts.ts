import { pause } from '@hookswitch/kernel/clock';
import { type ActiveCall, type CallFamily, familyOf } from '../calls/index.js';
import type { FormerContacts } from '../calls/resume/former-contacts.js';
import type { HandOnCustomer } from '../calls/transfer/hand-on-customer.js';
import type { CallQueue } from '../scripting/index.js';
import type { ContactControl, ContactRequest } from './contact-control.js';
import type { ContactDeps } from './contact-deps.js';
import { ContactSession, type FormerContact } from './contact-session.js';
import { formerContacts } from './former-contacts.js';
import { LiveQueue } from './live-queue.js';
import { localContactControl } from './local-contact-control.js';
import { queueOfCall } from './queue-of-call.js';
import { contactCommand } from './routed-contact-control.js';
import { endContact } from './state/leaving.js';
import { formerStay, takenUp } from './state/taken-up.js';
import type { Visit } from './state/visit.js';
import { transferByPhone } from './transfer-by-phone.js';

/** The contacts of one process that owns an engine. */
export interface Contacts {
  /** For `createCalls`: the queues of a call's script. */
  queueOf(call: ActiveCall): CallQueue;
  /** Begins a contact that an agent places, on this process. */
  place(visit: Visit, family: CallFamily): Promise<ContactSession>;
  /** Acts on this process's own contacts. */
  readonly control: ContactControl;
  /** For `createCalls`: what agents' phones ask for that press "transfer". */
  readonly handOnCustomer: HandOnCustomer;
  /** For `createCalls`: commands of other processes. */
  readonly commands: Readonly<Record<typeof contactCommand, (request: ContactRequest) => Promise<unknown>>>;
  /** For `createCalls`: the contacts of the process that was this node before. */
  former(): Promise<FormerContacts>;
  /** How many contacts live here. */
  readonly size: number;
  /** Lets go of what contacts were made with. After the last one. */
  close(): Promise<void>;
}

/** Puts the contacts of a media node together. */
export function createContacts(deps: ContactDeps): Contacts {
  const sessions = new Map<string, ContactSession>();
  const queues = new Map<string, LiveQueue>();
  const queueOf = (accountId: string) => {
    let queue = queues.get(accountId);
    if (!queue) queues.set(accountId, (queue = new LiveQueue(accountId, deps)));
    return queue;
  };
  const sessionOf = async (call: ActiveCall) => {
    const known = () => sessions.get(call.call.contactId);
    if (known()?.live) return known()!;
    const visit = await visitOf(call, deps);
    if (known()?.live) return known()!;
    const session = open(visit, familyOf(call));
    session.follow(0, call.leg);
    return session;
  };
  const open = (visit: Visit, family: CallFamily, former?: FormerContact) => {
    const session = new ContactSession(visit, family, queueOf(family.accountId), deps, former);
    sessions.set(session.id, session);
    void deps.calls.during(() => session.over).then(() => sessions.delete(session.id));
    return session;
  };
  const control = localContactControl(sessions, queueOf, deps);
  return {
    queueOf: (call) => {
      const known = ({ call: { contactId } }: ActiveCall) => sessions.get(contactId);
      return queueOfCall(call, { sessionOf, known, queue: queueOf(call.accountId) }, deps);
    },
    async place(visit, family) {
      const session = open(visit, family);
      try {
        await session.start();
        return session;
      } catch (error) {
        session.act(endContact('system'));
        throw error;
      }
    },
    control,
    handOnCustomer: transferByPhone({ sessions, queueOf }, deps),
    commands: { [contactCommand]: (request) => control.act(request) },
    former: () =>
      formerContacts(deps, {
        backInScript(stored, kept, customer) {
          const former = { stored, stay: formerStay(stored, kept) };
          const session = open(takenUp(stored, deps.clock.now(), kept), familyOf(customer), former);
          session.follow(0, customer.leg);
          if (kept) session.satBefore(kept);
        },
        goOn(stored, kept, visit, calls) {
          const { talk } = kept;
          const former = { stored, stay: talk && ({ kind: 'talks', ...talk } as const) };
          const [first] = calls.values();
          const family = familyOf(first!);
          const { parentCallId: _, ...withoutParent } = family;
          // Of one that an agent placed no call is above the others.
          const session = open(visit, visit.placed ? withoutParent : family, former);
          for (const [sequence, { leg }] of calls) session.follow(sequence, leg);
          void deps.calls.during(() => session.goOn(kept));
        },
      }),
    get size() {
      return sessions.size;
    },
    async close() {
      await Promise.all([...queues.values()].map((queue) => queue.close()));
    },
  };
}

/** Where the number is from is not waited for longer, milliseconds. */
const locationPatienceMs = 200;

/** A customer with a script or a flow of its own: who called in, or whom a program called. */
async function visitOf({ call }: ActiveCall, deps: ContactDeps): Promise<Visit> {
  const inbound = call.direction === 'inbound';
  const customer = inbound ? call.from : call.to;
  const location = await Promise.race([deps.locationOf(customer), pause(deps.clock, locationPatienceMs)]);
  const { id, createdAt, ringingAt, answeredAt } = call;
  return {
    contact: {
      id: call.contactId,
      accountId: call.accountId,
      nodeId: deps.nodeId,
      direction: inbound ? 'inbound' : 'outbound',
      customer,
      line: inbound ? call.to : call.from,
      status: 'ivr',
      startedAt: createdAt,
      participants: [{ sequence: 0, type: 'customer', callId: id, startedAt: createdAt, heldMs: 0 }],
      keys: [],
      trail: [],
      recordingIds: [],
      ...(location ? { location } : {}),
      ...(inbound || ringingAt === undefined ? {} : { ringingAt }),
      ...(inbound || answeredAt === undefined ? {} : { acceptedAt: answeredAt }),
    },
    parties: [{ sequence: 0, role: 'customer', state: 'scripted', muted: false }],
    searches: [],
  };
}
