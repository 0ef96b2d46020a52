import { isIP } from 'node:net';
import { isAbsolute } from 'node:path';
import type { CommandMessage, PlaneCommand } from '../plane-messages.js';

type Check = (value: unknown) => boolean;

const text =
  (longest: number): Check =>
  (value) =>
    typeof value === 'string' && value.length > 0 && value.length <= longest;
const id = text(200);
const whole =
  (low: number, high: number): Check =>
  (value) =>
    Number.isSafeInteger(value) && (value as number) >= low && (value as number) <= high;
const among =
  (...allowed: readonly unknown[]): Check =>
  (value) =>
    allowed.includes(value);
const flag = among(true, false);
const address: Check = (value) => typeof value === 'string' && isIP(value) !== 0;
const milliseconds: Check = (value) => typeof value === 'number' && value >= 0 && value <= 1e9;
const optional =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value);
const listOf =
  (check: Check, longest: number): Check =>
  (value) =>
    Array.isArray(value) && value.length <= longest && value.every(check);
/** An object whose fields pass; others may be there, and are passed on. */
const object =
  (fields: Readonly<Record<string, Check>>): Check =>
  (value) =>
    typeof value === 'object' &&
    value !== null &&
    Object.entries(fields).every(([name, check]) => check((value as Record<string, unknown>)[name]));

const ids = listOf(id, 100_000);
const payloadType = whole(0, 127);
const remote = object({
  address,
  port: whole(0, 65_535),
  rtcpPort: optional(whole(0, 65_535)),
  rtcpMux: optional(flag),
  codec: among('pcmu', 'pcma', 'g722'),
  codecPayloadType: optional(payloadType),
  telephoneEventPayloadType: optional(payloadType),
  ptimeMs: milliseconds,
  direction: among('sendrecv', 'sendonly', 'recvonly', 'inactive'),
  signallingSourceAddress: text(200),
});
const tone = object({
  kind: among('tone'),
  frequencies: listOf((value) => typeof value === 'number' && value > 0 && value < 4000, 8),
  levelDbm0: (value) => typeof value === 'number' && value >= -100 && value <= 10,
  // It is rendered whole.
  cadenceMs: listOf((value) => typeof value === 'number' && value > 0 && value <= 60_000, 16),
});
const audio = object({ kind: among('audio'), soundId: whole(0, 0xffff_ffff) });
const sound: Check = (value) => tone(value) || audio(value);
const playHow = object({
  loops: optional(whole(0, 1_000_000)),
  mode: optional(among('instead', 'over', 'ducked')),
});
const recording = object({
  recordingId: id,
  path: (value) => text(4096)(value) && isAbsolute(value as string),
  channels: among(1, 2),
  directions: optional(among('said', 'heard', 'both')),
  maxDurationMs: optional(milliseconds),
  silenceTimeoutMs: optional(milliseconds),
});
const toneTimes = object({ toneMs: optional(milliseconds), gapMs: optional(milliseconds) });

/** What each command takes. */
const argumentsOf: Readonly<Record<PlaneCommand, readonly Check[]>> = {
  takeOver: [ids],
  prepare: [address, whole(1, 1000)],
  releasePrepared: [address, whole(2, 65_534)],
  open: [id, object({ bindAddress: address, port: optional(whole(2, 65_534)) })],
  setRemote: [id, remote],
  play: [id, id, sound, optional(playHow)],
  stopPlay: [id, id],
  sendDigits: [id, id, (value) => typeof value === 'string' && value.length <= 1000, optional(toneTimes)],
  cancelDigits: [id, id],
  setHoldMusic: [id, optional(sound)],
  setRoom: [id, listOf(object({ legId: id, hears: ids }), 100_000)],
  startRecording: [id, recording],
  followRecording: [id, recording],
  pauseRecording: [id, id, among('skip', 'silence')],
  resumeRecording: [id, id],
  stopRecording: [id, id],
  mute: [id, among('in', 'out'), flag],
  enableInbandDigits: [id, flag],
  stats: [id],
  close: [id],
  load: [],
  stop: [],
};

/** The command, where it is one that a plane can be given; else undefined. What JSON left away at the end, or made null, is undefined again. */
export function readCommand(value: unknown): CommandMessage | undefined {
  const { id: answerId, command, arguments: given } = (value ?? {}) as Partial<Record<keyof CommandMessage, unknown>>;
  if (!whole(0, Number.MAX_SAFE_INTEGER)(answerId) || !Array.isArray(given)) return undefined;
  if (typeof command !== 'string' || !Object.hasOwn(argumentsOf, command)) return undefined;
  const checks = argumentsOf[command as PlaneCommand];
  if (given.length > checks.length) return undefined;
  const values = given.map((each: unknown) => each ?? undefined);
  if (!checks.every((check, at) => check(values[at]))) return undefined;
  return { id: answerId as number, command: command as PlaneCommand, arguments: values };
}
