/** How far a share is hidden at its ends, from so many people on. */
export interface Band {
  /** Fewest people the band is for. */
  readonly from: number;
  /** Shares up to this and from one less this are only said to be so; 0.05 codes ≤ 5 % and ≥ 95 %. */
  readonly limit: number;
}

/** What must not be told of small groups: data, because laws and consortia differ. */
export interface DisclosurePolicy {
  /** Groups of fewer people than this are hidden. */
  readonly threshold: number;
  /** Hidden too is what fewer people than this did, or did not, in a group that is large enough. */
  readonly complementThreshold: number;
  /** By size, the largest first. */
  readonly bands: readonly Band[];
  /** Shares are rounded to multiples of this. */
  readonly shareStep: number;
}

/** The policy where a consortium has none of its own: ten people, and the bands that NCES 2011-603 describes. */
export const DEFAULT_POLICY: DisclosurePolicy = {
  threshold: 10,
  complementThreshold: 3,
  bands: [
    { from: 300, limit: 0.01 },
    { from: 100, limit: 0.02 },
    { from: 40, limit: 0.05 },
    { from: 20, limit: 0.1 },
    { from: 10, limit: 0.2 },
  ],
  shareStep: 0.01,
};
