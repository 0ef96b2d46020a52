import type { Call } from '@hookswitch/api/call-records/index';
import type { CallModification } from '@hookswitch/api/calls/index';
import { BaseError } from '@hookswitch/kernel/base-error';
import { planCaller } from './line-plan.js';
import { randomScript, type ScriptWorld } from './random-script.js';
import type { World } from './world.js';

/** One life: a call from its beginning, and what the API does to it and its children meanwhile. */
export interface Life {
  readonly number: number;
  readonly kind: 'inbound-trunk' | 'inbound-endpoint' | 'outbound-api';
  /** Whom it says it is from; what its record is found by. */
  readonly from: string;
  /** Set for calls by API that were accepted. */
  acceptedCallId?: string;
  /** Nothing more comes from outside for this life. */
  over: boolean;
}

/** Starts a life at random. */
export function beginLife(world: World, number: number): Life {
  const { chance, clock } = world;
  const kind = chance.weighted({ 'inbound-trunk': 5, 'inbound-endpoint': 2, 'outbound-api': 5 });
  const phone = chance.one(world.endpointPhones);
  const from =
    kind === 'inbound-endpoint'
      ? phone.username
      : kind === 'outbound-api'
        ? world.installation.number
        : `+1202555${String(number).padStart(4, '0')}`;
  const life: Life = { number, kind, from, over: false };
  world.history.note(`life ${number}`, kind);
  if (kind === 'outbound-api') void placeByApi(world, life);
  else if (kind === 'inbound-endpoint') {
    const plan = planCaller(chance);
    const { username, password } = phone;
    void phone.phone.call(world.someNode().address, {
      from: username,
      user: chance.one(['100', 'anything', world.installation.number]),
      plan,
      credentials: { username, password },
      onOver: () => {
        life.over = true;
      },
    });
  } else {
    const plan = planCaller(chance);
    const node = world.someNode();
    void world.newCaller().then((caller) =>
      caller.call(node.address, {
        from,
        user: chance.happens(0.95) ? world.installation.number : '+14155550999',
        plan,
        onOver: () => {
          life.over = true;
        },
      }),
    );
  }
  for (let deeds = chance.between(0, 4); deeds > 0; deeds--) {
    clock.after(chance.moment(0, 25_000), () => void apiDeed(world, life));
  }
  return life;
}

async function placeByApi(world: World, life: Life): Promise<void> {
  const { chance, installation, history } = world;
  const node = world.someNode();
  const callId = world.newId('CA');
  const script = chance.weighted({ url: 5, inline: 3, application: 2 });
  const to = chance.weighted({ number: 6, sip: 2, endpoint: 2, forbidden: 0.3 });
  try {
    const call = await world.asApi(node, (control) =>
      control.place({
        callId,
        accountId: installation.accountId,
        to: destination(world, to),
        from: installation.number,
        ...(script === 'application'
          ? { applicationId: installation.applicationId }
          : { script: callScript(world, script) }),
        ...(chance.happens(0.3) ? { statusCallbackUrl: world.callStatusUrl } : {}),
        ringTimeoutSeconds: chance.between(1, 30),
        timeLimitSeconds: chance.happens(0.2) ? chance.between(1, 20) : 14_400,
        ...(chance.happens(0.2) ? { sendDigits: '12w3' } : {}),
        ...(chance.happens(0.3) ? { record: { channels: chance.one([1, 2]) } } : {}),
        ...(chance.happens(0.2) ? { tags: { by: 'simulation' } } : {}),
      }),
    );
    life.acceptedCallId = call.id;
    history.note(`life ${life.number}`, `placed ${call.id}`);
  } catch (error) {
    history.note(`life ${life.number}`, `was not placed: ${codeOf(error)}`);
    world.unexpected(error, 'place');
  }
  life.over = true;
}

function destination(world: World, kind: 'number' | 'sip' | 'endpoint' | 'forbidden'): string {
  const { chance, scripts, installation } = world;
  if (kind === 'number') return chance.one(scripts.numbers);
  if (kind === 'sip') return chance.one(scripts.sipUris);
  if (kind === 'endpoint') return chance.one(installation.endpoints).id;
  return '+442071838750';
}

function callScript({ chance, scripts }: { chance: World['chance']; scripts: ScriptWorld }, kind: 'url' | 'inline') {
  if (kind === 'inline') return { inline: JSON.stringify(randomScript(chance, scripts)) };
  return {
    url: 'https://app.example/script/placed',
    ...(chance.happens(0.5) ? { fallbackUrl: 'https://fallback.example/script' } : {}),
  };
}

/** Somebody changes a call of that life by the API, at any process. */
async function apiDeed(world: World, life: Life): Promise<void> {
  const { chance, installation, history } = world;
  const node = world.someNode();
  const { accountId } = installation;
  const call = await findCall(world, life);
  if (!call) return;
  const callId = call.id;
  const deed = chance.weighted({
    script: 4,
    hangUp: 2,
    cancel: 1,
    play: 2,
    digits: 1,
    mute: 1,
    tags: 2,
    record: 4,
    updateRecording: 4,
  });
  try {
    history.note(`life ${life.number}`, `API at ${node.name}: ${deed} of ${callId}`);
    if (deed === 'record') {
      const maxDurationSeconds = chance.happens(0.3) ? { maxDurationSeconds: chance.between(1, 10) } : {};
      const request = { accountId, callId, channels: chance.one([1, 2] as const), ...maxDurationSeconds };
      await world.asApi(node, (control) => control.startRecording(request));
    } else if (deed === 'updateRecording') {
      const recordingId = call.recordingIds.at(-1);
      if (recordingId === undefined) return;
      await world.asApi(node, (control) =>
        control.updateRecording({
          accountId,
          callId,
          recordingId,
          status: chance.one(['in-progress', 'paused', 'stopped']),
          pauseBehavior: chance.one(['skip', 'silence']),
        }),
      );
    } else {
      const request = {
        accountId,
        callId,
        change: modification(world, deed),
        ...(chance.happens(0.2) ? { ifRevision: call.scriptRevision } : {}),
      };
      await world.asApi(node, (control) => control.modify(request));
    }
    history.note(`life ${life.number}`, `${deed} of ${callId} is done`);
  } catch (error) {
    history.note(`life ${life.number}`, `${deed} of ${callId} was refused: ${codeOf(error)}`);
    world.unexpected(error, deed);
  }
}

function modification(
  world: World,
  deed: 'script' | 'hangUp' | 'cancel' | 'play' | 'digits' | 'mute' | 'tags',
): CallModification {
  const { chance } = world;
  switch (deed) {
    case 'script':
      return { script: callScript(world, chance.one(['url', 'inline'] as const)) };
    case 'hangUp':
      return { status: 'completed' };
    case 'cancel':
      return { status: 'canceled' };
    case 'play':
      return { play: { url: chance.one(world.scripts.sounds), loop: chance.between(1, 3) } };
    case 'digits':
      return { sendDigits: '1w23' };
    case 'mute':
      return { mute: { in: chance.happens(0.5), out: chance.happens(0.5) } };
    case 'tags':
      return { tags: { seen: String(chance.between(0, 9)) } };
  }
}

/** The life's call, or one of those that its script dialled. */
async function findCall(world: World, life: Life): Promise<Call | undefined> {
  const { chance, installation, calls } = world;
  const all = await calls.list(installation.accountId, {}, { limit: 1000 });
  const own = all.filter(
    (call) =>
      call.parentCallId === undefined &&
      (life.kind === 'outbound-api' ? call.id === life.acceptedCallId : call.from === life.from),
  );
  const root = own.at(-1);
  if (!root) return undefined;
  const children = all.filter((call) => call.parentCallId === root.id);
  return children.length > 0 && chance.happens(0.3) ? chance.one(children) : root;
}

function codeOf(error: unknown): string {
  return error instanceof BaseError ? error.code : String(error);
}
