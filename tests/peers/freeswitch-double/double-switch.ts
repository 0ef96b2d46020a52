import { randomUUID } from 'node:crypto';
import type { Clock } from '@hookswitch/kernel/clock';
import { sipfrag } from '@hookswitch/media/sip/transfer/sipfrag';
import type { PlacedCall } from '../../contracts/call-engine-worlds/call-world.js';
import { type ChannelHost, DoubleChannel } from './double-channel.js';
import { DoubleLine } from './double-line.js';
import { DoublePhone, type DoubleScript } from './double-phone.js';
import type { EventTemplates } from './event-templates.js';

/** An event with its body, on its way to whoever subscribed to it. */
export interface DoubleEvent {
  readonly name: string;
  readonly fields: Map<string, string>;
  readonly body?: string;
}

/** A phone that can be called, by `host:port`. */
interface Listening {
  readonly script: DoubleScript;
  readonly calls: DoublePhone[];
}

/** Takes a call that another double makes; the phone is the other's. */
export type CallTaker = (call: PlacedCall, phone: DoublePhone) => void;

/** The calls of the double: what FreeSWITCH would have done with them, as far as transcripts show. */
export class DoubleSwitch implements ChannelHost {
  readonly clock: Clock;
  readonly channels = new Map<string, DoubleChannel>();
  readonly startedAt: number;
  readonly #templates: EventTemplates;
  readonly #send: (event: DoubleEvent) => void;
  readonly #note: (error: Error) => void;
  readonly #phones: Map<string, Listening>;
  readonly #others: ReadonlyMap<string, CallTaker>;
  #lastMember = 0;

  constructor(parts: {
    clock: Clock;
    templates: EventTemplates;
    phones: Map<string, Listening>;
    /** Other doubles, by `host:port`. */
    others: ReadonlyMap<string, CallTaker>;
    send(event: DoubleEvent): void;
    /** The test is to fail with that. */
    note(error: Error): void;
  }) {
    this.clock = parts.clock;
    this.startedAt = parts.clock.now();
    this.#templates = parts.templates;
    this.#phones = parts.phones;
    this.#others = parts.others;
    this.#send = parts.send;
    this.#note = parts.note;
  }

  /** A phone calls in; the dialplan parks it. */
  placeCall({ from, to, as, ...more }: PlacedCall, address: string, phone = new DoublePhone()): DoublePhone {
    const unknown = Object.entries(more).find(([, value]) => value !== undefined && value !== false)?.[0];
    if (unknown !== undefined) this.unknown(`an INVITE ${unknown}`);
    const channel = this.#channel(randomUUID(), 'inbound', phone);
    Object.assign(channel.fields, {
      variable_sip_from_user: from,
      'Caller-Caller-ID-Number': from,
      variable_sip_req_user: to,
      'Caller-Destination-Number': to,
      variable_sip_call_id: `${channel.id}@${address}`,
      variable_sip_network_ip: as === 'trunk' ? address : '192.0.2.77',
    });
    channel.later(5, () => channel.park());
    return phone;
  }

  /** `originate` in the background. Resolves with the body of its BACKGROUND_JOB. */
  originate(variables: ReadonlyMap<string, string>, user: string, address: string): Promise<string> {
    const listening = this.#phones.get(address);
    const other = this.#others.get(address);
    const line = DoubleLine.ends();
    const phone = other ? line.caller : new DoublePhone(listening?.script ?? {});
    phone.fromUser = variables.get('origination_caller_id_number') ?? '';
    const channel = this.#channel(variables.get('origination_uuid') ?? randomUUID(), 'outbound', phone);
    for (const [name, value] of variables) channel.variables.set(name, value);
    Object.assign(channel.fields, { 'Caller-Destination-Number': user });
    channel.emit('CHANNEL_CREATE', { 'Call-Direction': 'outbound' });
    return new Promise((resolve) => {
      this.#jobs.set(channel, resolve);
      if (other) channel.later(5, () => other({ from: phone.fromUser, to: user, as: 'stranger' }, line.callee));
      else if (listening) this.#reach(channel, listening, phone);
      else channel.later(5, () => channel.phoneRefuses(503));
    });
  }

  readonly #jobs = new Map<DoubleChannel, (answer: string) => void>();

  #reach(channel: DoubleChannel, { script, calls }: Listening, phone: DoublePhone): void {
    for (const what of ['withoutCommonCodec', 'wantsPrack'] as const)
      if (script[what]) this.unknown(`a callee ${what}`);
    calls.push(phone);
    channel.later(10, () => {
      if (script.refusesWith !== undefined) return channel.phoneRefuses(script.refusesWith);
      const demanded = channel.variables.get('rtp_secure_media')?.startsWith('mandatory');
      if (demanded && script.encrypts === undefined) return channel.phoneRefuses(488);
      if (script.sendsEarlyMedia) this.#early(channel);
      else if (script.rings || script.answersAfterMs === undefined)
        channel.emit('CHANNEL_PROGRESS', { 'Call-Direction': 'outbound' });
      if (script.answersAfterMs !== undefined) channel.later(script.answersAfterMs, () => channel.phoneAnswers());
    });
  }

  /** With its early media heard the originate is done at 183 and the channel parks (32). */
  #early(channel: DoubleChannel): void {
    channel.preAnswer();
    if (channel.variables.get('ignore_early_media') !== 'false') return;
    this.#done(channel, `+OK ${channel.id}\n`);
    channel.later(5, () => channel.park());
  }

  #done(channel: DoubleChannel, answer: string): void {
    this.#jobs.get(channel)?.(answer);
    this.#jobs.delete(channel);
  }

  bridge(a: DoubleChannel, b: DoubleChannel): void {
    for (const channel of [a, b]) {
      if (channel.state !== 'answered') this.unknown(`uuid_bridge of a channel that is ${channel.state}`);
      if (channel.eavesdrops) this.unknown('uuid_bridge of a channel that eavesdrops');
      channel.leaveAll();
    }
    a.bridge = b;
    b.bridge = a;
    a.emit(
      'CHANNEL_BRIDGE',
      {},
      { 'Bridge-A-Unique-ID': a.id, 'Bridge-B-Unique-ID': b.id, 'Other-Leg-Unique-ID': b.id },
    );
  }

  join(channel: DoubleChannel, name: string): void {
    if (channel.state !== 'answered') this.unknown(`a channel that is ${channel.state} sent into a conference`);
    channel.leaveAll();
    this.#lastMember += 1;
    channel.seat = { name, memberId: String(this.#lastMember), muted: false, deaf: false };
    const changes = { 'Conference-Name': name, 'Member-ID': channel.seat.memberId };
    channel.emit('CUSTOM', { Action: 'add-member' }, changes);
  }

  eavesdrop(channel: DoubleChannel, on: DoubleChannel, sets: ReadonlyMap<string, string>, parksAfter: boolean): void {
    if (!on.bridge) this.unknown('eavesdropping on a channel that is not bridged');
    if (!channel.parked) this.unknown('a channel that is not parked sent to eavesdrop');
    for (const [name, value] of sets) channel.variables.set(name, value);
    const allowed = (side: string) => channel.variables.get(`eavesdrop_whisper_${side}`) === 'true';
    channel.leaveAll();
    // As observed (28): aleg reaches the other one, bleg the one that is named.
    channel.eavesdrops = { on, toTarget: allowed('bleg'), toOther: allowed('aleg'), parksAfter };
    channel.emit('CHANNEL_EXECUTE', { Application: 'eavesdrop' }, { 'Application-Data': on.id });
  }

  /** What `uuid_dump` answers: the fields that its events have. */
  dump(channel: DoubleChannel): string {
    const fields = this.#fields(
      channel,
      'CHANNEL_PARK',
      { 'Call-Direction': channel.direction },
      { 'Event-Name': 'CHANNEL_DATA' },
    );
    fields.set('variable_current_application', channel.parked ? 'park' : '');
    // As a phone that holds shows (41).
    if (channel.phone.held) fields.set('Channel-Call-State', 'HELD');
    return [...fields].map(([name, value]) => `${name}: ${encodeURIComponent(value)}\n`).join('');
  }

  // ChannelHost

  emit(
    channel: DoubleChannel,
    name: string,
    like: Readonly<Record<string, string | undefined>>,
    changes: Readonly<Record<string, string>> = {},
  ): void {
    this.attempt(() => this.#send({ name, fields: this.#fields(channel, name, like, changes) }));
    if (name === 'CHANNEL_ANSWER') this.#done(channel, `+OK ${channel.id}\n`);
    if (name === 'CHANNEL_HANGUP_COMPLETE') this.#done(channel, `-ERR ${changes['Hangup-Cause']}\n`);
  }

  emitReferNotify(channel: DoubleChannel, status: number): void {
    const like = {
      'Event-Subclass': 'sofia::notify_refer',
      'subscription-substate': status < 200 ? 'active' : 'terminated',
    };
    this.attempt(() => {
      const fields = this.#templates.event('CUSTOM', like, { UniqueID: channel.id });
      this.#send({ name: 'CUSTOM', fields, body: sipfrag(status) });
    });
  }

  #fields(
    channel: DoubleChannel,
    name: string,
    like: Readonly<Record<string, string | undefined>>,
    changes: Readonly<Record<string, string>>,
  ): Map<string, string> {
    return this.#templates.event(name, like, {
      'Unique-ID': channel.id,
      'Call-Direction': channel.direction,
      'Answer-State': channel.state,
      ...channel.fields,
      ...Object.fromEntries([...channel.variables].map(([variable, value]) => [`variable_${variable}`, value])),
      ...changes,
    });
  }

  gone(channel: DoubleChannel): void {
    this.channels.delete(channel.id);
    for (const other of this.channels.values()) {
      // The eavesdropper's application ends with the one listened to (27).
      if (other.eavesdrops?.on !== channel) continue;
      if (other.eavesdrops.parksAfter) other.park();
      else other.hangUp('NORMAL_CLEARING', 'send_bye');
    }
  }

  unknown(what: string): never {
    throw new Error(`No transcript shows what comes of ${what}.`);
  }

  attempt(action: () => void): void {
    try {
      action();
    } catch (error) {
      this.#note(error as Error);
    }
  }

  #channel(id: string, direction: 'inbound' | 'outbound', phone: DoublePhone): DoubleChannel {
    const channel = new DoubleChannel(id, direction, phone, this);
    channel.speakers = () => this.#speakersTo(channel);
    this.channels.set(id, channel);
    return channel;
  }

  /** Whose voices reach a channel. */
  #speakersTo(channel: DoubleChannel): readonly DoubleChannel[] {
    const all = [...this.channels.values()];
    if (channel.eavesdrops) {
      const { on } = channel.eavesdrops;
      return on.bridge ? [on, on.bridge] : [];
    }
    if (channel.bridge) {
      const whisperers = all.filter(
        ({ eavesdrops }) =>
          (eavesdrops?.on === channel && eavesdrops.toTarget) ||
          (eavesdrops?.on.bridge === channel && eavesdrops.toOther),
      );
      return [channel.bridge, ...whisperers];
    }
    const { seat } = channel;
    if (!seat || seat.deaf) return [];
    return all.filter((other) => other !== channel && other.seat?.name === seat.name && !other.seat.muted);
  }
}
