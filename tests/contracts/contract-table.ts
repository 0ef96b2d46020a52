import type { SeenOnFreeSwitch } from './seen-on-freeswitch.js';

const yes = 'holds';

/** The page that says on which engine each sentence of the call-engine contract was seen to hold. */
export function contractTable(
  sentences: readonly string[],
  realOnly: Readonly<Record<string, string>>,
  seen: SeenOnFreeSwitch,
): string {
  const onRealOne = (sentence: string) => {
    if (seen.holds.includes(sentence)) return yes;
    return sentence in seen.doesNotHold ? 'does not hold' : 'not run';
  };
  const rows = sentences.map((sentence) => {
    const [subject, ...rest] = sentence.split(' > ');
    const onDouble = sentence in realOnly ? 'real only' : yes;
    const onReal = onRealOne(sentence);
    return `| ${subject}: ${rest.join(' > ')} | ${yes} | ${yes} | ${onDouble} | ${onReal} |`;
  });
  const listed = (reasons: Readonly<Record<string, string>>) =>
    Object.entries(reasons)
      .map(([sentence, why]) => `- ${sentence.replace(' > ', ': ')}: ${why}.`)
      .join('\n') || 'Nothing.';
  return `# Which sentence of the call-engine contract holds on which engine

The sentences are the tests in \`tests/contracts/call-engine/\`; each is run on every engine. This page is checked by \`tests/contracts/run/freeswitch-call-engine.test.ts\` (written by it with
\`HOOKSWITCH_WRITE_DOCS=1\`).

- **embedded**: our own SIP and RTP, on loopback sockets and on virtual networks.
- **fake**: the engine of tests and simulations, without sound.
- **FreeSWITCH double**: the FreeSWITCH driver on a stand-in for the event socket. It answers as recorded conversations with a real FreeSWITCH (1.11.3-dev) show, moves sound as they say who heard
  whom, and fails on any command that none of them knows. *Real only*: no recording covers what the sentence needs.
- **real FreeSWITCH**: the same driver where \`FREESWITCH_ESL\` names a server and \`FREESWITCH_SIP\` its SIP address. It is not part of the everyday run: the
  column says what was seen by hand on ${seen.on}, with FreeSWITCH ${seen.version} and the configuration of \`deploy/freeswitch\`.

| Sentence | embedded | fake | FreeSWITCH double | real FreeSWITCH |
|---|---|---|---|---|
${rows.join('\n')}

## What is missing for those that are real only

${listed(realOnly)}

## What was seen not to hold on the real FreeSWITCH

${listed(seen.doesNotHold)}
`;
}
