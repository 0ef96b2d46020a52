import { hangupOfChannel } from '@hookswitch/media/drivers/freeswitch/channel/channel-facts';
import {
  causeForStatus,
  terminationFromHangup,
} from '@hookswitch/media/drivers/freeswitch/channel/termination-from-cause';
import { eventOfFrame } from '@hookswitch/media/drivers/freeswitch/esl/esl-event';
import { describe, expect, it } from 'vitest';
import { causesOfRefusals } from './refusal-statuses.js';
import { framesOf, transcripts } from './transcript.js';

/** Every recorded end of a channel, once for each kind. */
const ends = new Map<string, ReturnType<typeof hangupOfChannel>>();
for (const transcript of transcripts()) {
  for (const frame of framesOf(transcript)) {
    const event = eventOfFrame(frame);
    if (event?.name !== 'CHANNEL_HANGUP_COMPLETE') continue;
    const answered = Number(event.get('Caller-Channel-Answered-Time') ?? 0) > 0;
    const direction = event.get('Call-Direction') === 'inbound' ? 'inbound' : 'outbound';
    const hangup = hangupOfChannel(event, { direction, answered });
    const unreached = hangup.disposition === 'recv_refuse' && hangup.unreached ? 'unreached' : undefined;
    ends.set(
      [hangup.cause, hangup.disposition, hangup.sipStatus, direction, answered ? 'answered' : 'unanswered', unreached]
        .filter((part) => part !== undefined)
        .join(' '),
      hangup,
    );
  }
}

const summary = [...ends]
  .map(([kind, hangup]) => {
    const { result, by, reason, sip } = terminationFromHangup(hangup);
    return `${kind}: ${result} ${by} ${reason}${sip === undefined ? '' : ` ${sip}`}`;
  })
  .sort();

describe('every end of a call that was recorded', () => {
  it('has its termination', () => {
    expect(summary).toEqual([
      'ALLOTTED_TIMEOUT send_cancel 487 outbound unanswered: no-answer system ring-timeout',
      'ATTENDED_TRANSFER send_bye inbound answered: completed remote hangup',
      'CALL_REJECTED recv_refuse 603 outbound unanswered: busy remote rejected 603',
      'CALL_REJECTED send_bye inbound answered: completed system hangup',
      'CALL_REJECTED send_refuse inbound unanswered: busy system rejected 603',
      'INCOMPATIBLE_DESTINATION recv_refuse 488 outbound unanswered: failed remote no-common-codec 488',
      'INCOMPATIBLE_DESTINATION send_bye outbound unanswered: failed remote no-common-codec 488',
      'INCOMPATIBLE_DESTINATION send_refuse inbound unanswered: failed system no-common-codec 488',
      'LOSE_RACE send_bye outbound answered: completed local answered-elsewhere',
      'LOSE_RACE send_cancel 487 outbound unanswered: canceled local answered-elsewhere',
      'MANAGER_REQUEST send_bye inbound answered: completed system shutdown',
      'MANAGER_REQUEST send_bye outbound answered: completed system shutdown',
      'MANAGER_REQUEST send_refuse inbound unanswered: canceled system shutdown',
      'MEDIA_TIMEOUT send_bye inbound answered: completed system media-lost',
      'MEDIA_TIMEOUT send_bye outbound answered: completed system media-lost',
      'NORMAL_CLEARING outbound answered: completed system hangup',
      'NORMAL_CLEARING recv_bye 200 inbound answered: completed remote hangup',
      'NORMAL_CLEARING recv_bye 200 outbound answered: completed remote hangup',
      'NORMAL_CLEARING send_bye inbound answered: completed system hangup',
      'NORMAL_CLEARING send_bye outbound answered: completed system hangup',
      'NORMAL_CLEARING send_refuse inbound unanswered: no-answer system ring-timeout 480',
      'NORMAL_TEMPORARY_FAILURE recv_refuse 503 outbound unanswered unreached: failed system network-error',
      'NORMAL_TEMPORARY_FAILURE recv_refuse 503 outbound unanswered: failed remote remote-error 503',
      'NO_ANSWER send_cancel 487 outbound unanswered: no-answer system ring-timeout',
      'NO_ROUTE_DESTINATION send_bye inbound answered: completed system hangup',
      'ORIGINATOR_CANCEL recv_cancel 487 inbound unanswered: canceled remote caller-canceled 487',
      'ORIGINATOR_CANCEL send_cancel 487 outbound unanswered: canceled local hangup',
      'UNALLOCATED_NUMBER recv_refuse 404 outbound unanswered: failed remote not-found 404',
      'USER_BUSY recv_refuse 486 outbound unanswered: busy remote busy 486',
      'USER_BUSY send_refuse inbound unanswered: busy system busy 486',
    ]);
  });
});

describe('every status by which a call is refused', () => {
  it.each([403, 404, 408, 410, 480, 483, 484, 486, 487, 488, 501, 502, 503, 504, 603])(
    '%i is what the caller gets',
    (status) => {
      expect(causesOfRefusals().get(causeForStatus(status)!)).toBe(status);
    },
  );
});
