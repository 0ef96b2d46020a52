import { eventOfFrame } from '@hookswitch/media/drivers/freeswitch/esl/esl-event';
import { type EslFrame, EslFrameParser } from '@hookswitch/media/drivers/freeswitch/esl/frame-parser';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RecordedCommands, UnknownCommandError } from './recorded-commands.js';
import { framesOf, serverBytes, transcripts } from './transcript.js';

const fieldsOf = (frames: readonly EslFrame[]) =>
  frames.map((frame) => {
    const event = eventOfFrame(frame);
    return event ? [event.name, event.channelId, event.body, [...event.fields()]] : [frame.type, frame.body.toString()];
  });

describe('the recorded conversations', () => {
  it.each(transcripts().map((transcript) => [transcript.name, transcript] as const))(
    '%s: cut anywhere, its bytes are the same messages',
    (_name, transcript) => {
      const bytes = serverBytes(transcript);
      const whole = fieldsOf(framesOf(transcript));
      expect(whole.length).toBeGreaterThan(3);
      fc.assert(
        fc.property(fc.array(fc.nat(bytes.length), { maxLength: 40 }), (places) => {
          const cuts = [0, ...places.sort((a, b) => a - b), bytes.length];
          const parser = new EslFrameParser();
          const frames = cuts.slice(1).flatMap((to, at) => parser.push(bytes.subarray(cuts[at], to)));
          expect(fieldsOf(frames)).toEqual(whole);
        }),
        { numRuns: 5 },
      );
    },
  );

  it('leave nothing over when they are cut at every byte', () => {
    const transcript = transcripts().find(({ name }) => name.startsWith('13-'))!;
    const parser = new EslFrameParser();
    const frames = [...serverBytes(transcript)].flatMap((byte) => parser.push(Uint8Array.of(byte)));
    expect(fieldsOf(frames)).toEqual(fieldsOf(framesOf(transcript)));
  });
});

describe('the protocol double', () => {
  const recorded = new RecordedCommands();
  const channel = '8f7d3c1e-0000-4000-8000-000000005304';

  it.each([
    'api uuid_answer CHANNEL',
    'api uuid_kill CHANNEL USER_BUSY',
    'bgapi originate {origination_uuid=CHANNEL,ignore_early_media=true,media_timeout=9,park_after_bridge=true}sofia/internal/+1415@127.0.0.1:5999 &park()',
    "api uuid_transfer CHANNEL 'conference:hw-node-R7@default' inline",
    "api uuid_transfer CHANNEL 'set:eavesdrop_whisper_bleg=true,eavesdrop:CHANNEL,park' inline",
    'api conference hw-node-R7 mute 12',
  ])('takes %s: a transcript shows its like', (command) => {
    expect(() => recorded.check([command.replaceAll('CHANNEL', channel)])).not.toThrow();
  });

  it.each([
    'api uuid_displace CHANNEL start /x.wav 0',
    'api uuid_kill CHANNEL NO_SUCH_CAUSE_EITHER',
    'api uuid_audio CHANNEL start read volume 1',
    'bgapi originate {origination_uuid=CHANNEL,sip_h_X-A=1}sofia/internal/1@127.0.0.1:5999 &park()',
    'bgapi originate {origination_uuid=CHANNEL}sofia/internal/1@127.0.0.1:5999;fs_path=sip:127.0.0.1 &park()',
    "api uuid_transfer CHANNEL 'respond:486' inline",
    'api conference hw-node-R7 relate 1 2 nohear',
    'event plain CHANNEL_PARK NO_SUCH_EVENT',
  ])('fails on %s: none does', (command) => {
    expect(() => recorded.check([command.replaceAll('CHANNEL', channel)])).toThrow(UnknownCommandError);
  });
});
