import { type Conference, conferenceCollection } from '@hookswitch/api/conferences/index';
import type { Violation } from './violation.js';
import type { World } from './world.js';

const page = { limit: 10_000 };

/** What must hold of every conference once all is quiet: it is over, everybody has left, its events are one gap-free row with one end, and no node has its name. */
export async function checkConferences(world: World): Promise<Violation[]> {
  const { accountId } = world.installation;
  const { stores, conferenceClaims } = world.dataCentre;
  const conferences = await stores.collection(conferenceCollection).acrossAccounts.find({}, page);
  const found: Violation[] = [];
  for (const conference of conferences) {
    const { id, name } = conference;
    const events = await stores.events.list(accountId, { subjectId: id }, page);
    const faults = [...faultsOfRecord(conference), ...faultsOfEvents(conference, [...events].reverse())];
    const [owner] = await conferenceClaims.owners([{ accountId, name }]);
    if (owner !== undefined) faults.push(`its name is still ${owner}'s`);
    for (const text of faults) found.push({ about: id, text: `${id} (${name}) ${text}` });
  }
  return found;
}

/** Whether each has ended, and its events were relayed. */
export async function allConferencesOver({ dataCentre }: World): Promise<boolean> {
  const { acrossAccounts } = dataCentre.stores.collection(conferenceCollection);
  const live = await acrossAccounts.find({ status: { in: ['init', 'in-progress'] } }, { limit: 1 });
  const untold = await acrossAccounts.find({ hasPendingEvents: true }, { limit: 1 });
  return live.length + untold.length === 0;
}

function faultsOfRecord({ status, participants, pendingEvents }: Conference): string[] {
  const there = participants.filter(({ leftAt }) => leftAt === null);
  return [
    ...(status === 'completed' ? [] : [`is still ${status}`]),
    ...(there.length === 0 ? [] : [`has ${there.length} participants who never left`]),
    ...(pendingEvents.length === 0 ? [] : [`has ${pendingEvents.length} events that were never relayed`]),
  ];
}

function faultsOfEvents(
  { sequence }: Conference,
  events: readonly { readonly type: string; readonly sequence?: number }[],
): string[] {
  const faults: string[] = [];
  const wanted = Array.from({ length: sequence }, (_, at) => at + 1);
  if (events.map((event) => event.sequence).join() !== wanted.join()) {
    faults.push(`has events ${events.map((event) => event.sequence).join(' ')} and not 1 to ${sequence}`);
  }
  const count = (type: string) => events.filter((event) => event.type === type).length;
  if (count('conference.ended') !== 1 || events.at(-1)?.type !== 'conference.ended')
    faults.push('does not end once, last');
  if (count('conference.started') > 1) faults.push('began more than once');
  const [came, went] = [count('conference.participant-joined'), count('conference.participant-left')];
  if (came !== went) faults.push(`was entered ${came} times and left ${went} times`);
  return faults;
}
