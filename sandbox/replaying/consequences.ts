/**
 * What each reason of the default preset leads to in HubSpot. Written down here a second time: taken from the product, or
 * from the steps that it wrote down, it would repeat its mistakes.
 */

export type Consequences = {
  /** Name of the list that the contact is added to. */
  readonly list: string;
  readonly tasks: number;
  /** The lifecycle stage after the weekly review. */
  readonly stage: string;
  /** Whether everything but the status and the note waits for the weekly review. */
  readonly waits: boolean;
  /**
   * Whether the record is checked within a minute: then it leaves the list where its data is complete, or gets one more
   * note that says what is wrong with it.
   */
  readonly isChecked: boolean;
};

const CONSEQUENCES: Readonly<Record<string, Consequences>> = {
  not_icp: { list: 'MQL loop: disqualified leads', tasks: 0, stage: 'other', waits: false, isChecked: false },
  low_intent: {
    list: 'MQL loop: business-case track',
    tasks: 0,
    stage: 'lead',
    waits: false,
    isChecked: false,
  },
  too_early: { list: 'MQL loop: educational track', tasks: 0, stage: 'lead', waits: false, isChecked: false },
  too_late: {
    list: 'MQL loop: competitor-renewal track',
    tasks: 0,
    stage: 'lead',
    waits: false,
    isChecked: false,
  },
  bad_data: { list: 'MQL loop: enrichment queue', tasks: 1, stage: 'lead', waits: false, isChecked: true },
  duplicate: { list: 'MQL loop: merge review', tasks: 1, stage: 'lead', waits: false, isChecked: false },
  other: { list: 'MQL loop: human review', tasks: 1, stage: 'lead', waits: true, isChecked: false },
};

export const consequencesOf = (reason: string): Consequences => {
  const found = CONSEQUENCES[reason];
  if (found === undefined) throw new Error(`Nobody wrote down what ${reason} leads to.`);
  return found;
};
