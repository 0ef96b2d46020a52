// How soon is somebody heard who joins a talk, and do the others hear each other meanwhile? The whole platform with real SIP and RTP; the phones are in this process, so that one clock sees
// everything. A customer talks to an agent. An agent is invited by API and goes again, a supervisor listens, barges in and goes again. Time runs from the request to the API to the
// packet in which the tone is heard first (or last); the gap is the longest silence between two packets of a tone that somebody hears the whole time, from 250 ms before the request to 250 ms after
// the change, and what is lost is the sound that did not come late but never. `steady` is the same where nothing happens: what the machine does by itself.
// Floors: joining and leaving 100 ms, a supervisor's joining 150 ms (p95), no gap over 60 ms. Phones answer as soon as they ring.
// Some talks go on at once, each in turn.
//   --rounds 18   --warm 3   --talks 3
import { parseArgs } from 'node:util';
import { startBenchCentre } from './lib/bench-centre.mjs';
import { machine, percentile, round, sleep } from './lib/measure.mjs';
import { toneWatch } from './lib/tone-watch.mjs';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '18' },
    warm: { type: 'string', default: '3' },
    talks: { type: 'string', default: '3' },
  },
});
const warm = Number(values.warm);
const rounds = Number(values.rounds);
const talks = Number(values.talks);
const windowMs = 250;

const centre = await startBenchCentre();
const figures = {};
try {
  await Promise.all(Array.from({ length: talks }, talkAgainAndAgain));
  const result = Object.fromEntries(Object.entries(figures).map(([name, all]) => [name, summary(all)]));
  console.log(
    JSON.stringify({ bench: 'joining', machine: machine(), rounds, warmRounds: warm, talks, ...result }, null, 2),
  );
} finally {
  await centre.stop();
}

async function talkAgainAndAgain() {
  const group = await centre.group();
  const agent = await centre.agent('agent', { skillGroups: [{ skillGroupId: group.id }] });
  const third = await centre.agent('callee');
  const boss = await centre.agent('supervisor', { role: 'supervisor' });
  const line = await centre.line(group);
  for (let at = 0; at < warm + rounds; at++) await talk({ agent, third, boss, line, counts: at >= warm });
}

/** One customer's call, with all that is measured in it. */
async function talk({ agent, third, boss, line, counts }) {
  const customer = await centre.call(line);
  const seat = await agent.answers();
  const { contactId } = customer;
  const inTalk = [
    { name: 'customer', media: customer.call.media, hears: 'agent' },
    { name: 'agent', media: seat.media, hears: 'caller' },
  ];
  await Promise.all([customer.call.media.hears('agent'), seat.media.hears('caller')]);
  const act = (what, body) => centre.api.post(`/v1/contacts/${contactId}/${what}`, body);

  const steady = await leaving(inTalk, undefined, { ended: undefined }, () => sleep(100));
  const invited = await joining(
    inTalk,
    'callee',
    third,
    () => act('invite', { agentId: agent.id, to: { type: 'agent', agentId: third.id } }),
    ['agent', 'caller'],
  );
  const left = await leaving(inTalk, 'callee', invited.call, () => act('hang-up', { agentId: third.id }));
  const listened = await joining(
    inTalk,
    undefined,
    boss,
    () => act('supervise', { agentId: boss.id, mode: 'listen' }),
    ['agent', 'caller'],
  );
  const gone = await leaving(inTalk, undefined, listened.call, () => act('leave-supervision', { agentId: boss.id }));
  const barged = await joining(
    inTalk,
    'supervisor',
    boss,
    () => act('supervise', { agentId: boss.id, mode: 'barge' }),
    ['agent', 'caller'],
  );
  const bargeLeft = await leaving(inTalk, 'supervisor', barged.call, () =>
    act('leave-supervision', { agentId: boss.id }),
  );
  await customer.call.bye();
  await seat.ended;
  await Promise.all([agent, third].map((each) => each.isFree()));
  if (!counts) return;
  for (const [name, found] of Object.entries({
    steady,
    invite: invited,
    leave: left,
    supervisorListens: listened,
    listenerLeaves: gone,
    supervisorBarges: barged,
    bargerLeaves: bargeLeft,
  })) {
    figures[name] ??= [];
    figures[name].push(found);
  }
}

/** Somebody joins whose phone answers at once. `tone` is what the others hear then; a listener has none. */
async function joining(inTalk, tone, who, request, hears) {
  const watches = inTalk.map(({ media, hears: had }) => toneWatch(media, tone === undefined ? [had] : [had, tone]));
  await sleep(windowMs);
  const startedAt = performance.now();
  const requested = request();
  const call = await who.rings();
  const rangAt = performance.now();
  const own = toneWatch(call.media, hears);
  await call.answer();
  await Promise.all([
    requested,
    own.heardAll(),
    ...watches.map((watch) => (tone === undefined ? undefined : watch.first(tone))),
  ]);
  const ownFirst = await Promise.all(hears.map((one) => own.first(one)));
  const othersFirst = tone === undefined ? [] : await Promise.all(watches.map((watch) => watch.first(tone)));
  await sleep(windowMs);
  for (const watch of [own, ...watches]) watch.stop();
  return {
    call,
    toRing: rangAt - startedAt,
    hears: Math.max(...ownFirst) - startedAt,
    ...(othersFirst.length > 0 ? { heard: Math.max(...othersFirst) - startedAt } : {}),
    ...heardOn(watches, inTalk),
  };
}

/** Somebody is sent away. */
async function leaving(inTalk, tone, call, request) {
  const watches = inTalk.map(({ media, hears: had }) => toneWatch(media, tone === undefined ? [had] : [had, tone]));
  await sleep(windowMs);
  const startedAt = performance.now();
  await Promise.all([request(), call.ended]);
  await sleep(windowMs);
  for (const watch of watches) watch.stop();
  const last = tone === undefined ? [] : watches.map((watch) => watch.last(tone));
  return {
    ...(last.length > 0 ? { heardStill: Math.max(0, Math.max(...last) - startedAt) } : {}),
    ...heardOn(watches, inTalk),
  };
}

/** How whole the sound was of those who talk the whole time. */
function heardOn(watches, inTalk) {
  const each = (measure) => watches.map((watch, at) => watch[measure](inTalk[at].hears));
  return { gaps: each('longestGap'), lost: each('lost') };
}

function summary(all) {
  const spread = (found) => ({
    count: found.length,
    p50: percentile(found, 0.5),
    p95: percentile(found, 0.95),
    max: round(Math.max(...found)),
  });
  const field = (name) => all.flatMap((one) => (one[name] === undefined ? [] : [one[name]]));
  const named = (name, label) => (field(name).length > 0 ? { [label]: spread(field(name)) } : {});
  const gaps = all.flatMap((one) => one.gaps);
  return {
    ...named('toRing', 'requestToRingMs'),
    ...named('heard', 'requestToHeardByOthersMs'),
    ...named('hears', 'requestToHearingOthersMs'),
    ...named('heardStill', 'requestToLastHeardMs'),
    gapMs: spread(gaps),
    lostMs: spread(all.flatMap(({ lost }) => lost)),
    gapsOver60Ms: gaps.filter((gap) => gap > 60).length,
  };
}
