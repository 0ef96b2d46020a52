/** Why the double cannot show what the SIP front does. */
const needsFront = 'the double speaks no SIP that the front could stand before';

/**
 * Sentences of the call-engine contract that hold on a real FreeSWITCH at most: no transcript covers what they need, so that the protocol double cannot show them. Each with what
 * is missing. The double's run fails where one of them holds on it after all.
 */
export const realOnlySentences: Readonly<Record<string, string>> = {
  'a call that comes in > is told once, with who sent it and what signalling says, and nothing but that it is tried':
    'no INVITE with X- headers was recorded',
  'a call that comes in > can be refused with a status and Retry-After':
    'no refusal with a header of its own was recorded',
  'a call that comes in > without a codec that we speak cannot be answered: 488':
    'no offer without a codec in common was recorded',
  'an answered call > says what its media came to':
    'figures while a call is up were not recorded; those at its end are',
  'dialling > rings, then is answered; the callee sees who calls and our own headers only':
    'no originate with headers (sip_h_…) was recorded',
  'dialling > is refused: forbidden (403)': 'no callee that answers 403 was recorded',
  'dialling > is refused: unavailable (480)': 'no callee that answers 480 was recorded',
  'dialling > is refused: broken (500)': 'no callee that answers 500 was recorded',
  'dialling > fails where the callee has no codec of ours': 'no answer without a codec in common was recorded',
  'dialling > goes on to the next proxy where one is overloaded or cannot be reached':
    'no originate through a proxy (fs_path) was recorded',
  'dialling > is a network error where nobody can be reached': 'no originate through a proxy (fs_path) was recorded',
  'dialling > of an endpoint whose phones all refuse ends with what says most':
    'no callee that answers 480 was recorded',
  'connecting two legs > plays to one leg instead of its peer, which hears it still': 'uuid_displace was not recorded',
  'connecting two legs > takes legs in early media, and replaces an earlier connection':
    'no bridge of a leg in early media was recorded',
  'a conference > lets a supervisor listen, whisper and barge in, and only then be heard':
    'its last step, hearing one of two only, needs conference relate, which was not recorded; listening, whispering and barging hold',
  'a conference > of 2 plays to one member: instead of, over, or above the others': 'uuid_displace was not recorded',
  'a conference > of 3 plays to one member: instead of, over, or above the others': 'uuid_displace was not recorded',
  'a conference > plays to all who are not on hold, and to one who leaves no longer': 'uuid_displace was not recorded',
  'a conference > takes legs in early media, and such as ring still once they have sound':
    'no bridge of a leg in early media was recorded',
  'early answers > of a call whose caller requires acknowledged provisionals ring, sound, and are followed by the answer':
    'no INVITE with 100rel, or without an offer, was recorded',
  'early answers > of a call whose caller leaves the offer to us ring, sound, and are followed by the answer':
    'no INVITE with 100rel, or without an offer, was recorded',
  'early answers > of a call whose caller requires them and leaves the offer to us ring, sound, and are followed by the answer':
    'no INVITE with 100rel, or without an offer, was recorded',
  'early answers > are no hindrance to a caller who makes the offer and gives up':
    'no INVITE with 100rel, or without an offer, was recorded',
  'early answers > are no hindrance to a caller who leaves it to us and gives up':
    'no INVITE with 100rel, or without an offer, was recorded',
  'early answers > of a callee that wants them acknowledged are heard, and the answer follows':
    'no callee that asks for PRACK was recorded',
  'who calls (RFC 3323, 3325, 5806) > is told to a trunk that wants it by P-Asserted-Identity, and to nobody else':
    'no originate with headers (sip_h_…) was recorded',
  'who calls (RFC 3323, 3325, 5806) > is hidden from the callee where asked for: the number is only in P-Asserted-Identity, for the trunk that wants it':
    'no originate with headers (sip_h_…) was recorded',
  'who calls (RFC 3323, 3325, 5806) > is hidden from a phone altogether':
    'no originate with headers (sip_h_…) was recorded',
  'who calls (RFC 3323, 3325, 5806) > comes with who sent the call on, in the form that the trunk wants, or not':
    'no originate with headers (sip_h_…) was recorded',
  ...subject('a far end that asks for a transfer (REFER)', needsFront, [
    'is told what becomes of it: 100, what was said, and the first final status',
    'is told although it has hung up',
    'is told nothing where it wants that (RFC 4488)',
    'can be refused, and may ask again',
    'is refused with 491 while another is under way, and with 603 where nobody listens',
  ]),
  ...subject('a call that asks to take the place of a leg (Replaces)', needsFront, [
    'is found by Call-ID and both tags for a REFER of another node, be it answered or ringing (RFC 3891 3)',
    'is told with the leg, takes it over with its connection, and the old far end is let go',
    'answers a leg of ours that still rings',
    'is refused: 603 where the leg has ended, 486 where it was answered and only an early one would do',
    'can be refused by the product, and the leg stays as it was',
    'that has no codec of ours is refused with 488, and the leg stays as it was',
    'of a caller who was not answered is refused: nobody else may answer for us',
  ]),
  'a call that another node was told to make > comes in by the name that was made for it, asked for nothing and told to nobody else, and is a leg as any other':
    'uuid_displace was not recorded',
  'an engine that follows one that died (restore) > plays, collects and sends digits': 'uuid_displace was not recorded',
  'an engine that follows one that died (restore) > leaves alone who was not answered: a callee who answers is let go':
    'no originate that somebody else hangs up without a cause was recorded',
};

function subject(name: string, why: string, sentences: readonly string[]): Record<string, string> {
  return Object.fromEntries(sentences.map((sentence) => [`${name} > ${sentence}`, why]));
}
