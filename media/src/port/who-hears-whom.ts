/** One member's place, as far as hearing goes. */
export interface HearingPlace<Member> {
  readonly speaksTo: 'everyone' | 'nobody' | readonly Member[];
  readonly hears: 'everyone' | 'nobody' | readonly Member[];
  readonly onHold: boolean;
}

/**
 * Whom each member hears: those who speak to it and whom it hears, neither being on hold. Every member is a key; the order is that of
 * `places`.
 */
export function whoHearsWhom<Member>(
  places: ReadonlyMap<Member, HearingPlace<Member>>,
): ReadonlyMap<Member, readonly Member[]> {
  const present = [...places];
  return new Map(
    present.map(([listener, place]) => [
      listener,
      place.onHold
        ? []
        : present
            .filter(
              ([speaker, { speaksTo, onHold }]) =>
                speaker !== listener && !onHold && includes(place.hears, speaker) && includes(speaksTo, listener),
            )
            .map(([speaker]) => speaker),
    ]),
  );
}

/** Whether it needs a speaker's seat. */
export function isSpeaker({ speaksTo }: Pick<HearingPlace<unknown>, 'speaksTo'>): boolean {
  return speaksTo === 'everyone' || (speaksTo !== 'nobody' && speaksTo.length > 0);
}

function includes<Member>(audience: HearingPlace<Member>['hears'], member: Member): boolean {
  return audience === 'everyone' || (audience !== 'nobody' && audience.includes(member));
}
