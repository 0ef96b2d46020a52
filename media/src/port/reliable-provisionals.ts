/**
 * What becomes of provisional answers that have to be acknowledged (100rel, RFC 3262) between us and one peer. Whoever requires them gets them in any case.
 * - `off`: our calls do not say that we take them.
 * - `on`: our calls say so; in calls that come in we use them where early media could not be had without.
 * - `prefer`: as `on`, and all of ours are such where the caller takes them.
 */
export type ReliableProvisionals = 'off' | 'on' | 'prefer';

/** What counts where nobody says otherwise. */
export const defaultReliableProvisionals: ReliableProvisionals = 'on';
