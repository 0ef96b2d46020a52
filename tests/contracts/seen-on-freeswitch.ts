/** What was seen of the call-engine contract on a real FreeSWITCH, with the configuration of `deploy/freeswitch`. A sentence in neither list was not run. */
export interface SeenOnFreeSwitch {
  readonly on: string;
  readonly version: string;
  readonly holds: readonly string[];
  /** Why it does not. */
  readonly doesNotHold: Readonly<Record<string, string>>;
}

/** Written by hand after a run (`FREESWITCH_ESL`, `FREESWITCH_SIP`). A run on a real FreeSWITCH fails where one of `doesNotHold` holds after all. */
export const seenOnFreeSwitch: SeenOnFreeSwitch = {
  on: '2026-11-23',
  version: '1.11.3-dev (git cc93a683ca)',
  holds: [
    'a call that comes in > is told once, with who sent it and what signalling says, and nothing but that it is tried',
    'a call that comes in > is not told where its sender is unknown',
    'a call that comes in > is refused with 480 where nobody listens',
    'a call that comes in > can be refused with a status and Retry-After',
    'a call that comes in > rings, sounds early and is answered, in order',
    'a call that comes in > can be rejected before the answer',
    'a call that comes in > is canceled by a caller who gives up, and then cannot be answered',
    'a call that comes in > that was canceled before it was accepted ends at once',
    'a call that comes in > without a codec that we speak cannot be answered: 488',
    'a call that comes in > is refused with a failure when we hang up before the answer',
    'an answered call > ends by the far end, once',
    'an answered call > ends by us, with the reason given, once, however often we say so',
    'an answered call > ends once where both hang up together',
    'an answered call > ends when nothing comes from the far end any more',
    'an answered call > is held and resumed by the far end, and hears nothing of ours meanwhile',
    'an answered call > says what its media came to',
    'after the end > every operation of a leg settles at once, without an error',
    'after the end > of every call nothing stays open',
    'after the end > of the engine every leg has ended, new calls are refused, and nothing is open',
    'after the end > waits for calls to end while it drains',
    'dialling > rings, then is answered; the callee sees who calls and our own headers only',
    'dialling > hears early media before the answer',
    'dialling > is refused: busy (486)',
    'dialling > is refused: declined (603)',
    'dialling > is refused: forbidden (403)',
    'dialling > is refused: not there (404)',
    'dialling > is refused: unavailable (480)',
    'dialling > is refused: broken (500)',
    'dialling > is no-answer after the ring timeout, and the callee stops ringing',
    'dialling > is canceled by us while it rings',
    'dialling > hung up at once reaches nobody, or is taken back',
    'dialling > fails where the callee has no codec of ours',
    'dialling > goes on to the next proxy where one is overloaded or cannot be reached',
    'dialling > is a network error where nobody can be reached',
    'dialling > of an endpoint nobody registered for is not-registered',
    'dialling > of an endpoint rings every phone; the first that answers has it and the others stop',
    'dialling > of an endpoint whose phones all refuse ends with what says most',
    'early answers > of a call whose caller requires acknowledged provisionals ring, sound, and are followed by the answer',
    'early answers > are no hindrance to a caller who makes the offer and gives up',
    'early answers > of a callee that wants them acknowledged are heard, and the answer follows',
    'who calls (RFC 3323, 3325, 5806) > is told to a trunk that wants it by P-Asserted-Identity, and to nobody else',
    'who calls (RFC 3323, 3325, 5806) > is hidden from the callee where asked for: the number is only in P-Asserted-Identity, for the trunk that wants it',
    'who calls (RFC 3323, 3325, 5806) > is hidden from a phone altogether',
    'who calls (RFC 3323, 3325, 5806) > comes with who sent the call on, in the form that the trunk wants, or not',
    'playing > is heard, and finishes after the length of the sound',
    'playing > loops as often as asked',
    'playing > is interrupted by its signal, at once',
    'playing > gives way to a second sound',
    'playing > waits for media',
    'connecting two legs > lets them hear each other, and no longer after disconnect',
    'connecting two legs > plays to one leg instead of its peer, which hears it still',
    'connecting two legs > passes digits on',
    'connecting two legs > can mute either direction',
    'connecting two legs > ends with either leg, and the other lives on',
    'connecting two legs > takes legs in early media, and replaces an earlier connection',
    'a conference > of 2 lets each hear all the others and not itself',
    'a conference > of 3 lets each hear all the others and not itself',
    'a conference > of 8 lets each hear all the others and not itself',
    'a conference > lets a supervisor listen, whisper and barge in, and only then be heard',
    'a conference > holds a member with music, and takes it back',
    'a conference > plays to a member on hold instead of the music, which then goes on',
    'a conference > mutes either direction of a member',
    'a conference > of 2 plays to one member: instead of, over, or above the others',
    'a conference > of 3 plays to one member: instead of, over, or above the others',
    'a conference > plays to all who are not on hold, and to one who leaves no longer',
    'a conference > passes a key to those who hear the member, once, and collects it where it was pressed',
    'a conference > records a member: what it says, and the mix it hears',
    'a conference > does not leak into another',
    'a conference > takes a connected pair, who hear each other on; the connection ends',
    'a conference > goes on without a gap for the others while members come, go, and change whom they hear',
    'a conference > tells who joins and leaves, and why',
    'a conference > takes legs in early media, and such as ring still once they have sound',
    'a conference > has only so many seats',
    'a conference > that ended, or a leg that did, gives a member that has left, on which nothing does anything',
    'a conference > ends with the engine',
    'digits > come as events and are collected up to the most wanted',
    'digits > end at the finish key',
    'digits > time out',
    'digits > that came before are taken first, unless flushed',
    'digits > break into a prompt and are kept (barge-in)',
    'digits > stop being collected by the signal and by the end of the call',
    'digits > are sent to the far end',
    'recording > puts what the leg says on channel 1 and what it hears on channel 2',
    'recording > leaves a pause out, or fills it with silence',
    'recording > ends by its own limits, and with the call before the call is told to have ended',
    'a far end that we send elsewhere (REFER) > tells what came of its call, and the leg stays',
    'a far end that we send elsewhere (REFER) > refuses',
    'a far end that we send elsewhere (REFER) > fails',
    'a far end that we send elsewhere (REFER) > tells nothing',
    'a far end that we send elsewhere (REFER) > settles when the leg ends, and on a leg that is not up or a target that is none',
    'a far end that we send elsewhere (REFER) > is sent to the far end of another leg, in its place',
    'a call that asks to take the place of a leg (Replaces) > can be refused by the product, and the leg stays as it was',
  ],
  doesNotHold: {
    'early answers > of a call whose caller leaves the offer to us ring, sound, and are followed by the answer':
      'FreeSWITCH refuses an INVITE without an offer (480), unless it may answer it at once (enable-3pcc)',
    'early answers > of a call whose caller requires them and leaves the offer to us ring, sound, and are followed by the answer':
      'FreeSWITCH refuses an INVITE without an offer (480), unless it may answer it at once (enable-3pcc)',
    'early answers > are no hindrance to a caller who leaves it to us and gives up':
      'FreeSWITCH refuses an INVITE without an offer (480), unless it may answer it at once (enable-3pcc)',
    'early answers > may be followed by hold and resume through UPDATE':
      'FreeSWITCH answers the UPDATE and tells nobody that it holds',
    'a far end that asks for a transfer (REFER) > is told what becomes of it: 100, what was said, and the first final status':
      'the driver has FreeSWITCH refuse REFER',
    'a far end that asks for a transfer (REFER) > is told although it has hung up':
      'the driver has FreeSWITCH refuse REFER',
    'a far end that asks for a transfer (REFER) > is told nothing where it wants that (RFC 4488)':
      'the driver has FreeSWITCH refuse REFER',
    'a far end that asks for a transfer (REFER) > can be refused, and may ask again':
      'the driver has FreeSWITCH refuse REFER',
    'a far end that asks for a transfer (REFER) > is refused with 491 while another is under way, and with 603 where nobody listens':
      'the driver has FreeSWITCH refuse REFER',
    'a call that asks to take the place of a leg (Replaces) > is told with the leg, takes it over with its connection, and the old far end is let go':
      'the driver does not look at Replaces',
    'a call that asks to take the place of a leg (Replaces) > answers a leg of ours that still rings':
      'the driver does not look at Replaces',
    'a call that asks to take the place of a leg (Replaces) > is refused: 603 where the leg has ended, 486 where it was answered and only an early one would do':
      'the driver does not look at Replaces',
    'a call that asks to take the place of a leg (Replaces) > that has no codec of ours is refused with 488, and the leg stays as it was':
      'the driver does not look at Replaces',
    'a call that asks to take the place of a leg (Replaces) > of a caller who was not answered is refused: nobody else may answer for us':
      'the driver does not look at Replaces',
  },
};
