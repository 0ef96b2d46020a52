import type { DoubleChannel } from './double-channel.js';
import type { DoubleSwitch } from './double-switch.js';
import { causesOfRefusals } from './refusal-statuses.js';

/** What the double does for an API command whose form a transcript knows; the answer is one that FreeSWITCH gave. */
export function runApi(calls: DoubleSwitch, command: string): string {
  const [name = '', ...words] = command.split(' ');
  const run = commands[name];
  if (!run) throw new Error(`The double does not do '${name}' although a transcript knows it.`);
  if (!name.startsWith('uuid_')) return run(calls, undefined as never, words);
  const at = calls.channels.get(words[0] ?? '');
  if (name === 'uuid_exists') return String(at !== undefined);
  if (!at) return name === 'uuid_bridge' ? '-ERR Invalid uuid\n' : '-ERR No such channel!\n';
  return run(calls, at, words.slice(1));
}

type Run = (calls: DoubleSwitch, channel: DoubleChannel, words: readonly string[]) => string;

const ok = '+OK\n';

const commands: Readonly<Record<string, Run>> = {
  echo: (_calls, _none, words) => words.join(' '),
  status: (calls) => {
    const ms = calls.clock.now() - calls.startedAt;
    const [seconds, rest] = [Math.floor(ms / 1000), Math.floor(ms % 1000)];
    return `UP 0 years, 0 days, 0 hours, 0 minutes, ${seconds} seconds, ${rest} milliseconds, 0 microseconds\n`;
  },
  show: (calls) => JSON.stringify({ row_count: calls.channels.size, rows: [...calls.channels.values()].map(rowOf) }),
  uuid_exists: () => 'true',
  uuid_ring_ready: (_calls, channel) => {
    channel.phone.toldRinging = true;
    if (channel.state === 'ringing') channel.emit('CHANNEL_PROGRESS', { 'Call-Direction': 'inbound' });
    return ok;
  },
  uuid_pre_answer: (_calls, channel) => {
    channel.preAnswer();
    return ok;
  },
  uuid_answer: (_calls, channel) => {
    channel.answer();
    return ok;
  },
  uuid_kill: (_calls, channel, [cause = 'NORMAL_CLEARING']) => {
    kill(channel, cause);
    return ok;
  },
  uuid_setvar: (_calls, channel, [name, ...value]) => {
    channel.variables.set(name!, value.join(' '));
    return ok;
  },
  uuid_setvar_multi: (_calls, channel, words) => {
    for (const assignment of words.join(' ').split(';')) {
      const equals = assignment.indexOf('=');
      channel.variables.set(assignment.slice(0, equals), assignment.slice(equals + 1));
    }
    return ok;
  },
  uuid_getvar: (_calls, channel, [name]) => channel.variables.get(name!) || '_undef_',
  uuid_dump: (calls, channel) => calls.dump(channel),
  uuid_deflect: (_calls, channel, [to = '']) => {
    channel.deflect(to);
    return '+OK:\n';
  },
  uuid_break: (_calls, channel) => {
    channel.break();
    return ok;
  },
  uuid_bridge: (calls, channel, [other]) => {
    const to = calls.channels.get(other!);
    if (!to) return '-ERR Invalid uuid\n';
    calls.bridge(channel, to);
    return `+OK ${to.id}\n`;
  },
  uuid_transfer: (calls, channel, words) => {
    transfer(calls, channel, words);
    return ok;
  },
  uuid_audio: (_calls, channel, words) => {
    const [, side, , level] = words;
    channel.muted[side as 'read' | 'write'] = level !== '0';
    return ok;
  },
  uuid_record: (_calls, channel, [what, path]) => {
    const { recordings } = channel;
    if (what === 'start') {
      recordings.start(path!);
      return '+OK Success\n';
    }
    if (what === 'stop') return recordings.stop(path!) ? '+OK Success\n' : '-ERR Cannot stop record session!\n';
    return recordings.mask(path!, what === 'mask') ? '+OK Success\n' : '-ERR Cannot mask recording session!\n';
  },
  uuid_send_dtmf: (_calls, channel, [data = '']) => {
    const [digits = '', ms] = data.split('@');
    channel.sendDigits(digits, Number(ms ?? 260));
    return `+OK ${channel.id} sent DTMF ${data}.\n`;
  },
  conference: (calls, _none, [name = '', what = '', memberId = '']) => {
    const seat = [...calls.channels.values()]
      .map((each) => each.seat)
      .find((each) => each?.name === name && each.memberId === memberId);
    if (!seat) return `-ERR Conference ${name} not found\n`;
    if (what === 'mute' || what === 'unmute') seat.muted = what === 'mute';
    else if (what === 'deaf' || what === 'undeaf') seat.deaf = what === 'deaf';
    else throw new Error(`The double does not do 'conference ${what}' although a transcript knows it.`);
    return `+OK ${what} ${memberId}\n`;
  },
};

function kill(channel: DoubleChannel, cause: string) {
  if (channel.state === 'answered') return channel.hangUp(cause, 'send_bye');
  if (channel.direction === 'outbound') return channel.hangUp(cause, 'send_cancel');
  channel.phone.refusedWith = causesOfRefusals().get(cause);
  channel.hangUp(cause, 'send_refuse');
}

/** `uuid_transfer <channel> [-both] <applications> inline`. */
function transfer(calls: DoubleSwitch, channel: DoubleChannel, words: readonly string[]) {
  const both = words[0] === '-both';
  const applications = words[both ? 1 : 0]!.replace(/^'|'$/g, '').split(',');
  const sets = new Map<string, string>();
  const channels = both && channel.bridge ? [channel, channel.bridge] : [channel];
  if (both) for (const each of channels) each.bridge = undefined;
  for (const each of channels) {
    for (const [at, application] of applications.entries()) {
      const [name, value = ''] = application.split(/:(.*)/s);
      if (name === 'set') sets.set(value.split('=')[0]!, value.split('=')[1]!);
      else if (name === 'park') each.later(5, () => each.state !== 'hangup' && each.park());
      else if (name === 'conference')
        each.later(5, () => each.state !== 'hangup' && calls.join(each, value.split('@')[0]!));
      else if (name === 'eavesdrop') {
        // What follows it in the list is for its end.
        const parksAfter = applications[at + 1] === 'park';
        return calls.eavesdrop(each, calls.channels.get(value)!, sets, parksAfter);
      }
    }
  }
}

function rowOf(channel: DoubleChannel) {
  const application = channel.bridge ? 'uuid_bridge' : channel.seat ? 'conference' : 'park';
  return { uuid: channel.id, direction: channel.direction, application, application_data: channel.bridge?.id ?? '' };
}
