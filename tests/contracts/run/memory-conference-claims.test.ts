import { MemoryConferenceClaims } from '@hookswitch/api/conferences/index';
import { ManualClock } from '@hookswitch/kernel/manual-clock';
import { conferenceClaimsContract } from '../conference-claims.contract.js';

conferenceClaimsContract('memory', async () => {
  const clock = new ManualClock();
  return { claims: new MemoryConferenceClaims(clock), pass: async () => clock.advance(10) };
});
