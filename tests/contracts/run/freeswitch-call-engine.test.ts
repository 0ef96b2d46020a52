import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, type RunnerTestCase, type RunnerTestSuite } from 'vitest';
import { callEngineContract } from '../call-engine.contract.js';
import { freeSwitchDoubleUnderTest, realFreeSwitch } from '../call-engine-worlds/freeswitch-world.js';
import { contractTable } from '../contract-table.js';
import { realOnlySentences } from '../real-only-sentences.js';
import { seenOnFreeSwitch } from '../seen-on-freeswitch.js';

const esl = process.env.FREESWITCH_ESL;
const engine =
  esl === undefined
    ? 'the protocol double: FREESWITCH_ESL names no real one'
    : `a real FreeSWITCH at ${esl.split(':', 2).join(':')}`;
console.log(`The FreeSWITCH driver runs on ${engine}.`);

describe(`the FreeSWITCH driver, on ${engine}`, () => {
  // biome-ignore lint/correctness/noEmptyPattern: the suite is the second argument
  beforeAll(({}, suite) => {
    // What no transcript covers must fail on the double, and what was seen not to hold on the real one there; where it does not, it is listed wrongly.
    const exceptions = esl === undefined ? realOnlySentences : seenOnFreeSwitch.doesNotHold;
    for (const task of testsIn(suite as RunnerTestSuite)) if (sentenceOf(task) in exceptions) expectFailure(task);
  });

  // A real one is asked for one thing at a time.
  if (esl === undefined) callEngineContract('FreeSWITCH', freeSwitchDoubleUnderTest, 'side by side');
  else callEngineContract('FreeSWITCH', realFreeSwitch(esl));

  const sentences: string[] = [];
  // biome-ignore lint/correctness/noEmptyPattern: the suite is the second argument
  afterAll(({}, suite) => {
    sentences.push(...testsIn(suite as RunnerTestSuite).map(sentenceOf));
    const unknown = [
      ...Object.keys({ ...realOnlySentences, ...seenOnFreeSwitch.doesNotHold }),
      ...seenOnFreeSwitch.holds,
    ].filter((sentence) => !sentences.includes(sentence));
    expect(unknown, 'sentences listed as exceptions that the contract does not have').toEqual([]);
    const page = fileURLToPath(new URL('../../../../docs/call-engine-contract.md', import.meta.url));
    const table = contractTable(sentences, realOnlySentences, seenOnFreeSwitch);
    if (process.env.HOOKSWITCH_WRITE_DOCS) writeFileSync(page, table);
    expect(readFileSync(page, 'utf8'), 'the table of sentences: run this with HOOKSWITCH_WRITE_DOCS=1').toBe(table);
  });
});

function testsIn(suite: RunnerTestSuite): RunnerTestCase[] {
  return suite.tasks.flatMap((task) => (task.type === 'suite' ? testsIn(task) : [task]));
}

/** `subject > sentence`, as the contract says it. */
function sentenceOf(task: { readonly name: string; readonly suite?: RunnerTestSuite | undefined }): string {
  return `${task.suite?.name} > ${task.name}`;
}

/** As `it.fails` does, for a test that others wrote; what is to fail gets one try. */
function expectFailure(task: RunnerTestCase): void {
  task.fails = true;
  task.retry = 0;
}
