import type { Chance } from './chance.js';

/** What a script may name. */
export interface ScriptWorld {
  readonly numbers: readonly string[];
  readonly endpoints: readonly string[];
  readonly sipUris: readonly string[];
  readonly sounds: readonly string[];
}

type VerbJson = { readonly verb: string } & Readonly<Record<string, unknown>>;

/** A valid script of up to six verbs. `mayDial` is false for whispers. */
export function randomScript(chance: Chance, world: ScriptWorld, mayDial = true): VerbJson[] {
  const verbs: VerbJson[] = [];
  for (let count = chance.between(1, 6); count > 0; count--) verbs.push(randomVerb(chance, world, mayDial));
  return verbs;
}

function randomVerb(chance: Chance, world: ScriptWorld, mayDial: boolean): VerbJson {
  const verb = chance.weighted({
    answer: 2,
    say: 5,
    play: 3,
    gather: 4,
    pause: 3,
    record: 2,
    dial: mayDial ? 6 : 0,
    conference: mayDial ? 3 : 0,
    redirect: 1,
    reject: 0.5,
    hangup: 1,
    startRecording: 2,
    pauseRecording: 1,
    resumeRecording: 1,
    stopRecording: 1,
    sendDigits: 1,
    refer: 0.5,
    tag: 1,
  });
  return { verb, ...parts[verb]?.(chance, world) };
}

const text = (chance: Chance) => 'word '.repeat(chance.between(1, 8)).trim();
const digits = (chance: Chance, keys: string, most: number) =>
  Array.from({ length: chance.between(1, most) }, () => chance.one([...keys])).join('');
const sometimes = <T extends object>(chance: Chance, probability: number, part: () => T): T | Record<string, never> =>
  chance.happens(probability) ? part() : {};
const action = (chance: Chance, probability = 0.5) =>
  sometimes(chance, probability, () => ({ action: '/script/after' }));
const say = (chance: Chance) => ({
  text: text(chance),
  ...sometimes(chance, 0.1, () => ({ loop: chance.between(0, 3) })),
});
const play = (chance: Chance, world: ScriptWorld) => ({
  url: chance.one(world.sounds),
  ...sometimes(chance, 0.15, () => ({ loop: chance.between(0, 3) })),
});
const pauses = (chance: Chance) => ({ length: chance.between(0, 40) / 10 });

type Parts = (chance: Chance, world: ScriptWorld) => Readonly<Record<string, unknown>>;

const parts: Readonly<Record<string, Parts>> = {
  answer: () => ({}),
  say,
  play,
  pause: pauses,
  hangup: () => ({}),
  resumeRecording: () => ({}),
  stopRecording: () => ({}),
  gather: (chance, world) => ({
    ...sometimes(chance, 0.7, () => ({ prompts: prompts(chance, world) })),
    ...sometimes(chance, 0.6, () => ({ numDigits: chance.between(1, 4) })),
    ...sometimes(chance, 0.3, () => ({ finishOnKey: chance.one(['', '*', '#', '1#']) })),
    timeout: chance.between(1, 8) / 2,
    bargeIn: chance.happens(0.7),
    actionOnEmptyResult: chance.happens(0.3),
    ...action(chance),
  }),
  record: (chance) => ({
    maxLength: chance.between(1, 12),
    timeout: chance.between(0, 4),
    playBeep: chance.happens(0.5),
    trim: chance.one(['trim-silence', 'do-not-trim']),
    ...action(chance, 0.7),
  }),
  dial: (chance, world) => ({
    targets: Array.from({ length: chance.between(1, 4) }, () => target(chance, world)),
    sequential: chance.happens(0.4),
    timeout: chance.between(1, 15),
    timeLimit: chance.between(1, 40),
    answerOnBridge: chance.happens(0.4),
    hangupOnStar: chance.happens(0.3),
    ringTone: chance.one(['us', 'gb', 'silence']),
    record: chance.one([
      'do-not-record',
      'do-not-record',
      'record-from-answer',
      'record-from-ringing',
      'record-from-answer-dual',
      'record-from-ringing-dual',
    ]),
    ...action(chance),
  }),
  conference: (chance, world) => ({
    name: chance.one(['monday', 'tuesday']),
    muted: chance.happens(0.2),
    startConferenceOnEnter: chance.happens(0.7),
    endConferenceOnExit: chance.happens(0.2),
    beep: chance.one(['both', 'onEnter', 'onExit', 'none']),
    maxParticipants: chance.one([2, 3, 200]),
    timeLimit: chance.between(1, 40),
    leaveOnKey: chance.one(['', '*', '1']),
    record: chance.one(['do-not-record', 'do-not-record', 'record-from-start', 'record-from-start-dual']),
    ...sometimes(chance, 0.5, () => ({ waitPrompts: prompts(chance, world) })),
    ...sometimes(chance, 0.2, () => ({ waitUrl: '/whisper' })),
    ...action(chance),
  }),
  redirect: () => ({ url: '/script/redirected' }),
  reject: (chance) => sometimes(chance, 0.5, () => ({ reason: chance.one(['busy', 'rejected']) })),
  startRecording: (chance) => ({
    channels: chance.one(['mono', 'dual']),
    track: chance.one(['both', 'both', 'inbound', 'outbound']),
    ...sometimes(chance, 0.3, () => ({ maxLength: chance.between(1, 10) })),
    trim: chance.one(['trim-silence', 'do-not-trim']),
  }),
  pauseRecording: (chance) => ({ pauseBehavior: chance.one(['silence', 'skip']) }),
  refer: (chance) => ({
    referTo: chance.one(['sip:100@pbx.example', 'tel:+15550100', '+15550100']),
    timeout: chance.between(1, 20),
    ...action(chance),
  }),
  sendDigits: (chance) => ({ digits: digits(chance, '0123456789*#w', 6) }),
  tag: (chance) => ({ tags: { [`t${chance.between(0, 5)}`]: text(chance) } }),
};

function prompts(chance: Chance, world: ScriptWorld): VerbJson[] {
  return Array.from({ length: chance.between(1, 3) }, () => chance.weighted({ say: 3, play: 1, pause: 1 })).map(
    (verb) => ({
      verb,
      ...(verb === 'say' ? say(chance) : verb === 'play' ? play(chance, world) : pauses(chance)),
    }),
  );
}

function target(chance: Chance, world: ScriptWorld): Readonly<Record<string, unknown>> {
  const common = {
    ...sometimes(chance, 0.2, () => ({ url: '/whisper' })),
    ...sometimes(chance, 0.1, () => ({ sendDigits: digits(chance, '0123456789w', 4) })),
  };
  const type = chance.weighted({ number: 6, endpoint: 2, sip: 2 });
  if (type === 'number') return { type, number: chance.one(world.numbers), ...common };
  if (type === 'endpoint') return { type, endpoint: chance.one(world.endpoints), ...common };
  return { type, uri: chance.one(world.sipUris), ...common };
}
