import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { tortureMessagesV6 } from './messages-v6.js';
import { tortureMessages } from './torture-messages.js';

/** The files of RFC 4475's archive (its appendix A), and of RFC 5118's. */
const ofRfc4475 =
  'wsinv intmeth esc01 escnull esc02 lwsdisp longreq dblreq semiuri transports mpart01 unreason noreason ' +
  'badinv01 clerr ncl scalar02 scalarlg quotbal ltgtruri lwsruri lwsstart trws escruri baddate regbadct badaspec baddn badvers mismatch01 mismatch02 bigcode ' +
  'badbranch insuf unkscm novelsc unksm2 bext01 invut regaut01 multi01 mcl01 bcast zeromf cparam01 cparam02 regescrt sdp01 inv2543';
const ofRfc5118 =
  'ipv6-good ipv6-bad port-ambiguous port-unambiguous via-received-param-with-delim via-received-param-no-delim ipv6-in-sdp mult-ip-in-header mult-ip-in-sdp ipv4-mapped-ipv6 ' +
  'ipv6-bug-abnf-3-colons ipv6-correct-abnf-2-colons';

/** What more than a request and its outcome is needed for: where it is told. */
const elsewhere: Readonly<Record<string, string>> = {
  dblreq: 'torture-run.ts',
  unreason: 'torture-run.ts',
  noreason: 'torture-run.ts',
  regbadct: 'torture-contacts.ts',
  cparam01: 'torture-contacts.ts',
  cparam02: 'torture-contacts.ts',
  regescrt: 'torture-contacts.ts',
};

const shortNames = (messages: readonly { readonly name: string }[]) =>
  messages.map(({ name }) => /^[\w-]+/.exec(name)?.[0]);

describe('every message has its row', () => {
  it('of RFC 4475: 49', () => {
    const names = ofRfc4475.split(' ');
    expect(new Set(names).size).toBe(49);
    expect(new Set([...shortNames(tortureMessages), ...Object.keys(elsewhere)])).toEqual(new Set(names));
  });

  it.each(Object.entries(elsewhere))('%s in %s', (name, file) => {
    const source = fileURLToPath(new URL(`../../../interop/torture/${file}`, import.meta.url));
    expect(readFileSync(source, 'utf8')).toMatch(new RegExp(`'3\\.\\d+\\.[\\d.]+ ${name}: `));
  });

  it('of RFC 5118: twelve', () => {
    const names = ofRfc5118.split(' ');
    expect(new Set(names).size).toBe(12);
    expect(new Set(shortNames(tortureMessagesV6))).toEqual(new Set(names));
  });
});
