/** What happens to a lead with bad data: checked, handed over to the customer's tool, and either complete or given up. */

import { addDays, dayOf, readableDay, type Day } from './calendar.ts';
import type { Change } from './changes.ts';
import type { DataProblem } from './dataChecks.ts';
import type { PortalMap } from './portal.ts';
import { destinationOf, listNameOf } from './reasons.ts';
import { plainStep, type PlannedStep } from './plannedStep.ts';
import { enrichmentProperty, type Settings } from './settings.ts';

export type EnrichmentOutcome = 'complete' | 'given_up' | 'closed';

/** Where an enrichment stands. */
export type Enrichment = {
  readonly openedOn: Day;
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
  if (problems.length === 0) {
    const label = 'Data complete, back when cooling-off is over';
    return {
      kind: 'complete',
      steps: [record('complete', label, lookOn), queue].map((change) => plainStep(change, now)),
    };
  }
  if (!enrichment.isTryDue) return { kind: 'wait' };
  const endsOn = addDays(enrichment.openedOn, followUp.enrichDays);
  if (enrichment.tries >= followUp.enrichTries || today >= endsOn)
    return { kind: 'given_up', steps: givingUp(asked, queue, now) };
  const between = Math.max(1, Math.ceil(followUp.enrichDays / followUp.enrichTries));
  const nextOn = [addDays(today, between), endsOn].sort()[0] ?? endsOn;
  const steps = handOver(settings).map((change) => plainStep(change, now));
  const isFirst = enrichment.tries === 0;
  const note = isFirst ? [plainStep({ kind: 'create-note', body: problemsNote(problems) }, now)] : [];
  const opened = isFirst
    ? [plainStep({ kind: 'set-properties', values: { mqlr_enrichment: 'open' } }, now)]
    : [];
  return {
    kind: 'try',
    steps: [...opened, ...steps, ...note],
    nextOn,
    callsTool: followUp.enrichVia === 'webhook',
  };
}

function handOver({ followUp }: Settings): readonly Change[] {
  switch (followUp.enrichVia) {
    case 'none':
    case 'webhook':
      return [];
    case 'property': {
      const property = enrichmentProperty(followUp.enrichTarget);
      return property === null
        ? []
        : [{ kind: 'set-properties', values: { [property.name]: property.value } }];
    }
    case 'list':
      return [{ kind: 'add-to-list', listId: followUp.enrichTarget, listName: 'the enrichment list' }];
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
  ['What is wrong with the data:', ...problems.map(({ sentence }) => `- ${sentence}`)].join('\n');

/** What waits in the queue, in a sentence. */
export function enrichmentSentence(tries: number, mostTries: number, endsOn: Day): string {
  const tried = tries === 0 ? 'Not tried yet' : `Try ${tries} of ${mostTries}`;
  return `${tried}; ends on ${readableDay(endsOn)} at the latest.`;
}
