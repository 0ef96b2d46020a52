/** Where a leg has to be in the switch, so that it hears whom it should. */
export type Place<Leg> =
  | { readonly kind: 'alone' }
  | { readonly kind: 'bridge'; readonly with: Leg }
  /** Hears both ends of a bridge, named by one of them, and speaks to some. */
  | { readonly kind: 'eavesdrop'; readonly on: Leg; readonly toTarget: boolean; readonly toOther: boolean }
  | {
      readonly kind: 'conference';
      readonly name: string;
      /** Nobody hears it. */
      readonly muted: boolean;
      /** It hears nobody. */
      readonly deaf: boolean;
      /** Members that it must not hear although others do. */
      readonly deafTo: readonly Leg[];
    };

type Listening<Leg> = ReadonlyMap<Leg, readonly Leg[]>;

/**
 * The place of each leg of a room, by whom each is to hear. Two who hear each other are bridged; one who listens to both, or whispers, eavesdrops on their
 * bridge, so that they notice nothing. Everything else is a conference, and stays one while two are left in it: a change of places would be heard.
 */
export function placesOf<Leg>(
  name: string,
  listening: Listening<Leg>,
  isConference: boolean,
): ReadonlyMap<Leg, Place<Leg>> {
  const heard = new Set([...listening.values()].flat());
  const active = [...listening].filter(([leg, hears]) => hears.length > 0 || heard.has(leg)).map(([leg]) => leg);
  const places = new Map<Leg, Place<Leg>>([...listening.keys()].map((leg) => [leg, { kind: 'alone' }]));
  if (active.length < 2) return places;
  const pair = isConference ? undefined : bridgedPair(active, listening);
  for (const leg of active) {
    places.set(leg, pair ? placeAtBridge(leg, pair, listening) : placeInConference(name, leg, active, listening));
  }
  return places;
}

/** Two who hear each other, where everybody else hears exactly them and is heard by one of them at most. */
function bridgedPair<Leg>(active: readonly Leg[], listening: Listening<Leg>): readonly [Leg, Leg] | undefined {
  const hears = (listener: Leg, speaker: Leg) => listening.get(listener)?.includes(speaker) ?? false;
  for (const [at, a] of active.entries()) {
    for (const b of active.slice(at + 1)) {
      if (!hears(a, b) || !hears(b, a)) continue;
      const others = active.filter((leg) => leg !== a && leg !== b);
      const listens = (leg: Leg) => hears(leg, a) && hears(leg, b) && !(hears(a, leg) && hears(b, leg));
      if (others.every((leg) => listens(leg) && !others.some((other) => hears(other, leg)))) return [a, b];
    }
  }
  return undefined;
}

function placeAtBridge<Leg>(leg: Leg, [a, b]: readonly [Leg, Leg], listening: Listening<Leg>): Place<Leg> {
  if (leg === a) return { kind: 'bridge', with: b };
  if (leg === b) return { kind: 'bridge', with: a };
  const isHeardBy = (listener: Leg) => listening.get(listener)?.includes(leg) ?? false;
  return { kind: 'eavesdrop', on: a, toTarget: isHeardBy(a), toOther: isHeardBy(b) };
}

function placeInConference<Leg>(name: string, leg: Leg, active: readonly Leg[], listening: Listening<Leg>): Place<Leg> {
  const hears = listening.get(leg) ?? [];
  const speaks = (other: Leg) => active.some((listener) => listening.get(listener)?.includes(other));
  const deaf = hears.length === 0;
  const deafTo = deaf ? [] : active.filter((other) => other !== leg && !hears.includes(other) && speaks(other));
  return { kind: 'conference', name, muted: !speaks(leg), deaf, deafTo };
}
