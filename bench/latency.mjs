// How long do people wait? From the INVITE to the 200, from a script's answer to its first packet of sound, from a key to the next prompt of a flow, and through a connected call. One call at a time, caller, called phone and
// backend in this process, so that one clock sees everything. Wall-clock figures: on a machine that does other things they are upper bounds.
//   --calls 200   how many of each kind   --warm 100   calls before
import { Socket } from 'node:dgram';
import { createServer } from 'node:http';
import { parseArgs } from 'node:util';
import { partyTones } from '../tests/dist/ear/parties.js';
import { toneSamples } from '../tests/dist/ear/tone.js';
import { writeWav } from '../tests/dist/ear/wav.js';
import { TonePhone } from '../tests/dist/peers/tone-phone/tone-phone.js';
import { startBenchPlatform } from './lib/bench-platform.mjs';
import { machine, percentile, round, sleep } from './lib/measure.mjs';

const { values } = parseArgs({
  options: { calls: { type: 'string', default: '200' }, warm: { type: 'string', default: '100' } },
});
const count = Number(values.calls);
const headerBytes = 12;
const soundBytes = 160;
const keyBytes = 4;

const times = stampPackets();
const backend = await startBackend();
const bench = await startBenchPlatform({ backendUrl: backend.url });
const { api, platform } = bench;
const phones = [];
try {
  await api.patch(`/v1/accounts/${platform.firstAccount.accountId}`, { allowedSipHosts: ['127.0.0.1'] });
  const caller = await openPhone('+15550199', 'caller');
  const callee = await openPhone('callee', 'callee');
  const numbers = await makeNumbers({
    answer: [{ verb: 'answer' }, { verb: 'pause', length: 60 }],
    play: [{ verb: 'play', url: `${backend.url}/tone.wav` }],
    say: [{ verb: 'say', text: 'Thank you for calling. Somebody will be with you in a moment.' }],
    dial: [{ verb: 'dial', targets: [{ type: 'sip', uri: `sip:callee@127.0.0.1:${callee.address.port}` }] }],
  });

  for (let at = 0; at < Number(values.warm); at++) await inviteToAnswer(caller, numbers.answer);
  await answerToSound(caller, numbers.play);
  await answerToSound(caller, numbers.say);
  const invites = await many(() => inviteToAnswer(caller, numbers.answer));
  const plays = await many(() => answerToSound(caller, numbers.play));
  const speech = await many(() => answerToSound(caller, numbers.say));
  const keys = await keyToPrompt(caller, await makeFlow());
  const added = await throughConnectedCall(caller, callee, numbers.dial);
  const result = {
    bench: 'latency',
    machine: machine(),
    calls: count,
    warmCalls: Number(values.warm),
    inviteTo200Ms: spread(invites.map(({ answeredMs }) => answeredMs)),
    inviteToScriptRequestMs: spread(invites.map(({ askedMs }) => askedMs)),
    scriptToFirstSoundMs: { cachedFile: spread(plays), cachedSpeech: spread(speech) },
    keyToPromptMs: spread(keys),
    fileFetches: backend.fetches(),
    addedDelayMs: spread(added),
  };
  console.log(JSON.stringify(result, null, 2));
} finally {
  for (const phone of phones) phone.close();
  await bench.stop();
  backend.close();
}

async function many(measure) {
  const found = [];
  for (let at = 0; at < count; at++) found.push(await measure());
  return found;
}

async function inviteToAnswer(phone, number) {
  times.invitedAt = undefined;
  const call = await phone.dial(number);
  await call.answered();
  const answered = performance.now();
  await call.bye();
  return { answeredMs: answered - times.invitedAt, askedMs: backend.askedAt() - times.invitedAt };
}

/** From the moment the backend has written its script to the first packet that is not silence. */
async function answerToSound(phone, number) {
  const call = await phone.dial(number);
  const { packets } = call.media;
  const heardAt = await packets.until('sound', () =>
    packets.all.length > 0 && isSound(packets.all.at(-1).packet) ? performance.now() : undefined,
  );
  await call.bye();
  return heardAt - backend.answeredAt();
}

/** From the first packet of a key press in a menu to the first that is not silence: another node's cached speech. A wrong key then silences it. */
async function keyToPrompt(phone, number) {
  const call = await phone.dial(number);
  await call.answered();
  const { packets } = call.media;
  const found = [];
  for (let at = 0; at <= count; at++) {
    times.keyAt = undefined;
    const from = packets.all.length;
    const heard = packets.until('the prompt', () =>
      packets.all.length > from && isSound(packets.all.at(-1).packet) ? performance.now() : undefined,
    );
    await call.media.sendDigits('1');
    found.push((await heard) - times.keyAt);
    await call.media.sendDigits('9');
    await sleep(300);
  }
  await call.bye();
  return found.slice(1); // the first had to be spoken
}

/** A number whose calls run a silent menu: 1 speaks and comes back. */
async function makeFlow() {
  const menu = { id: 'menu', kind: 'menu', prompts: [], keys: [{ key: '1', next: 'say' }], timeout: 300 };
  const say = { id: 'say', kind: 'say', text: 'Thank you for calling. Somebody will be with you in a moment.' };
  const nodes = [
    { id: 'start', kind: 'start', exits: { next: 'menu' } },
    { ...menu, exits: { timeout: 'end' } },
    { ...say, exits: { next: 'menu' } },
    { id: 'end', kind: 'end' },
  ];
  const { id } = await api.post('/v1/flows', { name: 'A menu', draft: { nodes } });
  await api.post(`/v1/flows/${id}/versions`, {});
  const number = '+15550290';
  await api.post('/v1/numbers', { number, flow: { flowId: id } });
  return number;
}

/** What is forwarded still says when it was sent. */
async function throughConnectedCall(phone, callee, number) {
  const call = await phone.dial(number);
  const far = await callee.nextCall();
  await far.answer();
  await call.answered();
  await sleep(1000);
  const delays = [];
  far.media.packets.add = ({ packet }) => {
    const now = performance.now();
    delays.push(now - Buffer.from(packet.payload).readDoubleBE(0));
  };
  await sleep(10_000);
  await call.bye();
  return delays;
}

async function openPhone(user, party) {
  const phone = await TonePhone.open({ user, server: platform.sip, party });
  phones.push(phone);
  return phone;
}

async function makeNumbers(scripts) {
  const numbers = {};
  for (const [at, [kind, script]] of Object.entries(scripts).entries()) {
    backend.script(`/${kind}`, script);
    const application = await api.post('/v1/applications', { name: kind, scriptUrl: `${backend.url}/${kind}` });
    numbers[kind] = `+1555020${at}`;
    await api.post('/v1/numbers', { number: numbers[kind], applicationId: application.id });
  }
  return numbers;
}

/** Every packet of sound that leaves this process says in its first eight bytes when; each first INVITE and key press is noted. */
function stampPackets() {
  const { send } = Socket.prototype;
  const times = { invitedAt: undefined, keyAt: undefined };
  Socket.prototype.send = function (message, ...rest) {
    if (message.length === headerBytes + soundBytes) message.writeDoubleBE(performance.now(), headerBytes);
    else if (message.length === headerBytes + keyBytes) times.keyAt ??= performance.now();
    else if (typeof message === 'string' && message.startsWith('INVITE')) times.invitedAt ??= performance.now();
    return send.call(this, message, ...rest);
  };
  return times;
}

/** Telephone silence is one value, positive or negative zero; anything else can be heard. */
function isSound({ payload }) {
  return payload.length === soundBytes && payload.some((byte) => (byte & 0x7f) < 0x7e);
}

function spread(values) {
  return {
    count: values.length,
    p50: percentile(values, 0.5),
    p95: percentile(values, 0.95),
    max: round(Math.max(...values)),
  };
}

async function startBackend() {
  const scripts = new Map();
  let asked = 0;
  let answered = 0;
  let fetches = 0;
  const wav = writeWav({ rate: 8000, channels: [toneSamples(partyTones.music, 8000 * 3)] });
  const server = createServer((request, response) => {
    if (request.url === '/tone.wav') {
      fetches++;
      response.writeHead(200, { 'content-type': 'audio/wav', 'cache-control': 'max-age=3600' }).end(wav);
      return;
    }
    asked = performance.now();
    request.resume();
    request.on('end', () => {
      response.writeHead(200, { 'content-type': 'application/json' }).end(scripts.get(request.url));
      answered = performance.now();
    });
  });
  server.keepAliveTimeout = 60_000;
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    script: (path, verbs) => scripts.set(path, JSON.stringify(verbs)),
    askedAt: () => asked,
    answeredAt: () => answered,
    fetches: () => fetches,
    close: () => server.close(),
  };
}
