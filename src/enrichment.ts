/** What happens to a lead with bad data: checked, handed over to the customer's tool, and either complete or given up. */

import { addDays, dayOf, readableDay, type Day } from './calendar.ts';
import type { Change } from './changes.ts';
import type { DataProblem } from './dataChecks.ts';
import type { PortalMap } from './portal.ts';
import { destinationOf, listNameOf } from './reasons.ts';
import { plainStep, type PlannedStep } from './plannedStep.ts';
import { enrichmentProperty, type FollowUpSettings, type Settings } from './settings.ts';

export type EnrichmentOutcome = 'complete' | 'given_up' | 'closed';

/** Where an enrichment stands. */
export type Enrichment = {
  readonly openedOn: Day;
  /** Whether it was looked at before: then the record is marked and says what is wrong. */
  readonly isOpened: boolean;
  /** Whether the contact's data is what it was at the first look: then nothing was completed. */
  readonly isUnchanged: boolean;
  /** How often it was handed over. */
  readonly tries: number;
  /** Whether the next try is due, or the time since the last one is not over yet. */
  readonly isTryDue: boolean;
};

export type EnrichmentStep =
  /** The data is complete: the lead waits for its cooling-off only. */
  | { readonly kind: 'complete'; readonly steps: readonly PlannedStep[] }
  /** Handed over once more; `callsTool` where the tool is called by us. */
  | {
      readonly kind: 'try';
      readonly steps: readonly PlannedStep[];
      readonly nextOn: Day;
      readonly callsTool: boolean;
    }
  /** Nothing takes it over: it stays in the queue, where people see its age, and is checked again. */
  | { readonly kind: 'queued'; readonly steps: readonly PlannedStep[]; readonly nextOn: Day }
  | { readonly kind: 'wait' }
  /** Nobody could complete it: the lead leaves sales and nurture. */
  | { readonly kind: 'given_up'; readonly steps: readonly PlannedStep[] };

type Asked = {
  readonly enrichment: Enrichment;
  readonly problems: readonly DataProblem[];
  readonly settings: Settings;
  readonly portal: PortalMap;
  /** When the lead is looked at next. */
  readonly lookOn: Day;
  readonly lifecycleStage: string | null;
};

/** What to do with a lead of the enrichment queue now. */
export function decideEnrichment(asked: Asked, now: Date): EnrichmentStep {
  const { enrichment, problems, settings, portal, lookOn } = asked;
  const { followUp } = settings;
  const today = dayOf(now, portal.timeZone);
  const queue = listChange('remove-from-list', 'enrichment', portal);
  // What looks right at the first look is what sales called bad: only a change can have mended it.
  if (problems.length === 0 && !enrichment.isUnchanged) {
    const label = 'Data complete, back when cooling-off is over';
    return {
      kind: 'complete',
      steps: [record('complete', label, lookOn), queue].map((change) => plainStep(change, now)),
    };
  }
  if (!enrichment.isTryDue) return { kind: 'wait' };
  const { isOpened, tries } = enrichment;
  const between = Math.max(1, Math.ceil(followUp.enrichDays / followUp.enrichTries));
  const later = addDays(today, between);
  const opening: readonly Change[] = isOpened
    ? []
    : [
        { kind: 'set-properties', values: { mqlr_enrichment: 'open' } },
        { kind: 'create-note', body: problemsNote(problems) },
      ];
  const handOver = handOverBy(settings);
  // Nobody is given up for want of a tool.
  if (handOver === null)
    return { kind: 'queued', steps: opening.map((change) => plainStep(change, now)), nextOn: later };
  const endsOn = addDays(enrichment.openedOn, followUp.enrichDays);
  // Who has waited without a tool is handed over at least once when there is one.
  if (tries > 0 && (tries >= followUp.enrichTries || today >= endsOn))
    return { kind: 'given_up', steps: givingUp(asked, queue, now) };
  return {
    kind: 'try',
    steps: [...opening, ...handOver].map((change) => plainStep(change, now)),
    nextOn: endsOn > today && endsOn < later ? endsOn : later,
    callsTool: followUp.enrichVia === 'webhook',
  };
}

/**
 * How a lead is handed over; `null` where the customer has nothing that takes it. The mark of an earlier try is taken off
 * first: HubSpot's workflows enrol on a change, and the same value again is none.
 */
function handOverBy({ followUp }: Settings): readonly Change[] | null {
  switch (followUp.enrichVia) {
    case 'none':
      return null;
    case 'webhook':
      return [];
    case 'property': {
      const property = enrichmentProperty(followUp.enrichTarget);
      if (property === null) return null;
      const { name, value } = property;
      return [
        { kind: 'set-properties', values: { [name]: '' } },
        { kind: 'set-properties', values: { [name]: value } },
      ];
    }
    case 'list': {
      const list = { listId: followUp.enrichTarget, listName: 'the enrichment list' };
      return [
        { kind: 'remove-from-list', ...list },
        { kind: 'add-to-list', ...list },
      ];
    }
  }
}

function givingUp(
  { problems, settings, portal, lookOn, lifecycleStage }: Asked,
  queue: Change,
  now: Date,
): readonly PlannedStep[] {
  const stage = settings.stages.disqualified;
  const label = 'Out of nurture and sales: the data could not be completed';
  const body = [
    'The data of this lead could not be completed, so it is disqualified.',
    problemsNote(problems),
  ];
  const steps = [
    record('given_up', label, lookOn),
    queue,
    listChange('add-to-list', 'disqualified', portal),
    { kind: 'create-note', body: body.join('\n') } as const,
  ].map((change) => plainStep(change, now));
  if (lifecycleStage === null || lifecycleStage === stage) return steps;
  const name = portal.lifecycleStages.find(({ value }) => value === stage)?.label ?? stage;
  const change: Change = { kind: 'set-lifecycle-stage', stage, label: name };
  return [...steps, { ...plainStep(change, now), expected: { lifecyclestage: lifecycleStage } }];
}

const listChange = (
  kind: 'add-to-list' | 'remove-from-list',
  key: 'enrichment' | 'disqualified',
  portal: PortalMap,
): Change => ({ kind, listId: portal.listIds[key], listName: listNameOf(destinationOf(key)) });

const record = (state: 'complete' | 'given_up', label: string, on: Day): Change => ({
  kind: 'set-properties',
  values: {
    mqlr_enrichment: state,
    mqlr_next_step: label,
    mqlr_next_step_on: on,
    ...(state === 'given_up' ? { mqlr_disposition: 'disqualify', mqlr_route: 'disqualified' } : {}),
  },
});

const problemsNote = (problems: readonly DataProblem[]): string =>
  problems.length === 0
    ? 'Sales says that the data is bad, and the automatic checks find nothing wrong: somebody has to look at it.'
    : ['What is wrong with the data:', ...problems.map(({ sentence }) => `- ${sentence}`)].join('\n');

/** What waits in the queue, in a sentence. */
export function enrichmentSentence(
  tries: number,
  { enrichVia, enrichTries }: Pick<FollowUpSettings, 'enrichVia' | 'enrichTries'>,
  endsOn: Day,
): string {
  if (enrichVia === 'none') return 'Waits for people: no tool is named that completes it.';
  const tried = tries === 0 ? 'Not tried yet' : `Try ${tries} of ${enrichTries}`;
  return `${tried}; ends on ${readableDay(endsOn)} at the latest.`;
}
