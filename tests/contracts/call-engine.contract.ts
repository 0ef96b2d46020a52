import { describe } from 'vitest';
import { betweenNodesSentences } from './call-engine/between-nodes.contract.js';
import { callSentences } from './call-engine/calls.contract.js';
import { conferenceSentences } from './call-engine/conference.contract.js';
import { diallingSentences } from './call-engine/dialling.contract.js';
import { digitSentences } from './call-engine/digits.contract.js';
import { earlyAnswersSentences } from './call-engine/early-answers.contract.js';
import { identitySentences } from './call-engine/identity.contract.js';
import { mediaSentences } from './call-engine/media.contract.js';
import { recordingSentences } from './call-engine/recording.contract.js';
import { restoreSentences } from './call-engine/restore.contract.js';
import { engineForEachTest } from './call-engine/test-calls.js';
import { transferSentences } from './call-engine/transfer.contract.js';
import type { EngineUnderTest } from './call-engine-worlds/call-world.js';

/** The sentences that hold on every call engine, by subject. Where time is real, engines that do not meet may run side by side: mostly they wait. */
export function callEngineContract(
  name: string,
  make: () => Promise<EngineUnderTest>,
  how: 'side by side' | 'one by one' = 'one by one',
) {
  describe(`call engine contract: ${name}`, { concurrent: how === 'side by side' }, () => {
    const up = engineForEachTest(make);
    callSentences(up);
    diallingSentences(up);
    earlyAnswersSentences(up);
    identitySentences(up);
    mediaSentences(up);
    conferenceSentences(up);
    digitSentences(up);
    recordingSentences(up);
    transferSentences(up);
    restoreSentences(up);
    betweenNodesSentences(up);
  });
}
