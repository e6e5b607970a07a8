/** What a hand-off keeps of its moment. The rules that open, close and class one stand beside these types. */

/** What rates are broken down by, at the time of the hand-off. Nothing personal. */
export type HandOffDims = Readonly<
  Partial<Record<'source' | 'campaign' | 'persona' | 'segment' | 'score_band', string>>
>;

/** Why this lead was sent, as the card showed it then. Personal: goes with a privacy deletion. */
export type HandOffContext = {
  readonly title: string;
  /** Most important line first. */
  readonly lines: readonly string[];
  readonly score: number | null;
};
