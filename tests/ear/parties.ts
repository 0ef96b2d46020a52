/**
 * The tone of each party of a test call, hertz. They keep clear of the DTMF frequencies, of ringback, and of each other's overtones, and
 * pass a telephone channel.
 */
export const partyTones = {
  caller: 560,
  callee: 1040,
  agent: 1780,
  supervisor: 2360,
  prompt: 2720,
  music: 3080,
} as const;

export type Party = keyof typeof partyTones;

export const parties = Object.keys(partyTones) as Party[];
