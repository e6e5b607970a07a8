/** What is wrong with settings, before they are saved: each problem beside its field, as a sentence. */

import { isDay } from './calendar.ts';
import type { ContentOf, DefinitionKind, TextDefinition } from './definitions.ts';
import type { IcpDefinition } from './icp.ts';
import { ACTIVE_REASONS } from './presets.ts';
import { writeProblem } from './mayWrite.ts';
import { handOffProblems, type KnownMarks } from './handOffProblems.ts';
import type { PortalMap } from './portal.ts';
import { isReasonCode } from './reasons.ts';
import type { SettingsProblem } from './refusals.ts';
import { routingMarkProblems, type KnownRouting } from './routingMarks.ts';
import { routingProblems } from './routingProblems.ts';
import {
  coolingFloorOf,
  enrichmentProperty,
  type FollowUpSettings,
  type Settings,
  type TimeRange,
} from './settings.ts';
import { SECTIONS, type Section } from './settingsLists.ts';
import { isPropertyName, problem } from './settingsWords.ts';
import { hasWords } from './text.ts';

export type { SettingsProblem };

/** What a portal has; `null` where it is not known, and then nothing is compared with it. */
type Known =
  | (Pick<PortalMap, 'leadStatuses'> & {
      readonly marks?: KnownMarks;
      readonly routingMarks?: KnownRouting;
    })
  | null;
type Check = (settings: Settings, portal: Known) => readonly (SettingsProblem | null)[];

const LONGEST_LABEL = 60;
const LONGEST_MEANING = 200;
const LONGEST_TEXT = 5_000;

const CHECKS: { readonly [S in Section]: Check } = {
  reasons: (settings) => [
    ...reasonProblems(settings),
    within('vetoDays', settings.vetoDays, 1, 30, 'The weekly batch has 1 to 30 days to decide.'),
    within('undoSeconds', settings.undoSeconds, 5, 600, 'The quick undo lasts 5 to 600 seconds.'),
  ],
  routing: ({ routing }, portal) => [
    ...oneEach([
      ...routingProblems(routing),
      ...(portal?.routingMarks === undefined ? [] : routingMarkProblems(routing, portal.routingMarks)),
    ]),
    share('routing.score.decayShare', routing.score.decayShare, 'Decay takes away 1 to 100 % of the points.'),
  ],
  gate: ({ gate }) => [
    within('gate.visitGapDays', gate.visitGapDays, 1, 365, 'The gap without a visit is 1 to 365 days.'),
    within('gate.scorePoints', gate.scorePoints, 1, 1_000, 'A score gain is 1 to 1,000 points.'),
    share('gate.scoreShare', gate.scoreShare, 'A score gain is 1 to 100 % of the score at the rejection.'),
    within(
      'gate.reviewAtAttempt',
      gate.reviewAtAttempt,
      2,
      3,
      'A person looks at the third attempt at the latest.',
    ),
    within(
      'gate.requalifyDays',
      gate.requalifyDays,
      30,
      365,
      'The requalification check comes after 30 to 365 days.',
    ),
    within(
      'gate.slowLaneDays',
      gate.slowLaneDays,
      30,
      365,
      'The slowest lane is looked at every 30 to 365 days.',
    ),
    wordsProblem('gate.demoWords', gate.demoWords),
    wordsProblem('gate.pricingWords', gate.pricingWords),
  ],
  guard: ({ guard }, portal) => [
    guard.rejectedStatuses.length === 0
      ? problem('guard.rejectedStatuses', 'Name at least one lead status that means “rejected”.')
      : unknownStatus(guard.rejectedStatuses, portal),
    within(
      'guard.managerAfterDays',
      guard.managerAfterDays,
      1,
      30,
      'The manager is told after 1 to 30 days.',
    ),
  ],
  handOff: ({ guard, handOff }, portal) => handOffProblems(handOff, guard.rejectedStatuses, portal),
  followUp: ({ followUp }) => followUpProblems(followUp),
  sla: ({ sla }) => [
    within(
      'sla.firstContactMinutes',
      sla.firstContactMinutes,
      5,
      10_080,
      'The first contact is due within 5 to 10,080 working minutes.',
    ),
    share('sla.warnShare', sla.warnShare, 'The warning comes after 1 to 99 % of the time.', 0.99),
    ...hoursProblems(sla.hours),
  ],
  // Any list of users reads well by itself; whether they are there is for editProblems, which knows who was before.
  roles: () => [],
};

function followUpProblems(followUp: FollowUpSettings): readonly (SettingsProblem | null)[] {
  const field = (name: keyof FollowUpSettings): string => `followUp.${name}`;
  const property = (name: keyof FollowUpSettings, value: string): SettingsProblem | null =>
    value === '' || isPropertyName(value)
      ? null
      : problem(field(name), 'Write the internal name of a contact property, or leave it empty.');
  return [
    within(
      field('eventLeadDays'),
      followUp.eventLeadDays,
      1,
      365,
      'A lead is looked at 1 to 365 days before.',
    ),
    property('renewalProperty', followUp.renewalProperty),
    property('fiscalYearProperty', followUp.fiscalYearProperty),
    property('budgetProperty', followUp.budgetProperty),
    property('csmProperty', followUp.csmProperty),
    targetProblem(followUp),
    within(field('enrichTries'), followUp.enrichTries, 1, 10, 'The data is tried 1 to 10 times.'),
    within(field('enrichDays'), followUp.enrichDays, 1, 365, 'The data is waited for 1 to 365 days.'),
  ];
}

function targetProblem({ enrichVia, enrichTarget }: FollowUpSettings): SettingsProblem | null {
  const wrong = (sentence: string): SettingsProblem => problem('followUp.enrichTarget', sentence);
  switch (enrichVia) {
    case 'none':
      return null;
    case 'property': {
      const mark = enrichmentProperty(enrichTarget);
      if (mark === null) return wrong('Write the property and its value, e.g. enrich_status=requested.');
      const denied = writeProblem(mark.name);
      return denied === null ? null : wrong(denied);
    }
    case 'list':
      return /^\d{1,18}$/.test(enrichTarget) ? null : wrong('Write the id of a static list, a number.');
    case 'webhook':
      return isToolAddress(enrichTarget)
        ? null
        : wrong('The address begins with https:// and names a server, without a user or a password.');
  }
}

/** Everything that is wrong with settings, or with one section of them; empty when they hold. */
export function problemsOf(
  settings: Settings,
  portal: Known = null,
  sections: readonly Section[] = SECTIONS.map(({ key }) => key),
): readonly SettingsProblem[] {
  return found(sections.flatMap((section) => CHECKS[section](settings, portal)));
}

/** What is wrong with what a definition says. */
export function definitionProblems(
  kind: DefinitionKind,
  content: ContentOf<IcpDefinition> | ContentOf<TextDefinition>,
): readonly SettingsProblem[] {
  const field = (name: string): string => `definitions.${kind}.${name}`;
  const { url } = content;
  const link =
    url === null || /^https:\/\/[^\s.]+\.[^\s]+$/.test(url)
      ? null
      : problem(field('url'), 'The link begins with https:// and names a page.');
  if ('text' in content) {
    const { length } = content.text.trim();
    const text =
      length >= 1 && length <= LONGEST_TEXT
        ? null
        : problem(
            field('text'),
            `Write the definition in 1 to ${LONGEST_TEXT.toLocaleString('en-GB')} characters.`,
          );
    return found([text, link]);
  }
  const { minEmployees: min, maxEmployees: max } = content;
  const size = (name: string, value: number | null): SettingsProblem | null =>
    value === null || (Number.isInteger(value) && value >= 1)
      ? null
      : problem(field(name), 'A number of people is a whole number from 1 on, or empty.');
  return found([
    size('minEmployees', min),
    size('maxEmployees', max),
    min !== null && max !== null && min > max
      ? problem(field('maxEmployees'), `The largest company (${max}) is smaller than the smallest (${min}).`)
      : null,
    link,
  ]);
}

function reasonProblems({ reasons, retired }: Settings): readonly (SettingsProblem | null)[] {
  const codes = reasons.map((reason) => reason.code);
  const { min, max } = ACTIVE_REASONS;
  return [
    codes.length < min || codes.length > max
      ? problem('reasons', `Choose ${min} to ${max} active reasons; there are ${codes.length}.`)
      : null,
    ...reasons.flatMap((reason, index) => {
      const field = `reasons[${index}]`;
      const { code, label, meaning } = reason;
      if (!isReasonCode(code)) return [problem(field, `There is no reason code “${String(code)}”.`)];
      const floor = coolingFloorOf(code);
      const twin = reasons.findIndex((other) => sameWords(other.label, label));
      return [
        codes.indexOf(code) === index ? null : problem(field, `“${label}” is in the list twice.`),
        !hasWords(label) || label.length > LONGEST_LABEL
          ? problem(`${field}.label`, `A reason needs a label of at most ${LONGEST_LABEL} characters.`)
          : null,
        twin < index && codes[twin] !== code
          ? problem(`${field}.label`, `Two reasons are called “${label}”: reps could not tell them apart.`)
          : null,
        meaning.length > LONGEST_MEANING
          ? problem(`${field}.meaning`, `The meaning is one line of at most ${LONGEST_MEANING} characters.`)
          : null,
        within(
          `${field}.coolingDays`,
          reason.coolingDays,
          floor,
          730,
          `“${label}” cools off for ${floor} to 730 days; ${floor} is a hard minimum.`,
        ),
        retired.includes(code) ? problem(field, `“${label}” cannot be active and retired at once.`) : null,
      ];
    }),
    codes.includes('other')
      ? null
      : problem('reasons', 'Keep “Other”: without it reps pick a wrong reason instead.'),
  ];
}

function hoursProblems({ days, holidays }: Settings['sla']['hours']): readonly (SettingsProblem | null)[] {
  const field = 'sla.hours.days';
  return [
    days.length === 7 ? null : problem(field, 'A week has seven days, Monday first.'),
    days.every((ranges) => ranges.length === 0)
      ? problem(field, 'Somebody has to work on one day at least: the SLA clock would never run.')
      : null,
    ...days.map((ranges, index) => rangesProblem(`${field}[${index}]`, ranges)),
    ...holidays.map((day, index) =>
      isDay(day)
        ? null
        : problem(`sla.hours.holidays[${index}]`, `“${day}” is not a day: write it as 2026-12-25.`),
    ),
  ];
}

const CLOCK = /^(?:[01]\d|2[0-3]):[0-5]\d$/;

function rangesProblem(field: string, ranges: readonly TimeRange[]): SettingsProblem | null {
  for (const [index, { from, to }] of ranges.entries()) {
    if (!CLOCK.test(from) || !(CLOCK.test(to) || to === '24:00'))
      return problem(
        field,
        `Write working hours as 09:00-17:00; “${[from, to].filter(Boolean).join('-')}” cannot be read.`,
      );
    if (from >= to) return problem(field, `${from}-${to} ends before it begins.`);
    const before = ranges[index - 1];
    if (before !== undefined && before.to > from)
      return problem(field, `${from}-${to} begins before ${before.from}-${before.to} has ended.`);
  }
  return null;
}

function unknownStatus(statuses: readonly string[], portal: Known): SettingsProblem | null {
  const unknown = portal === null ? [] : statuses.filter((status) => !portal.leadStatuses.includes(status));
  return unknown.length === 0
    ? null
    : problem(
        'guard.rejectedStatuses',
        `This portal has no lead status ${unknown.map((one) => `“${one}”`).join(', ')}.`,
      );
}

function wordsProblem(field: string, words: readonly string[]): SettingsProblem | null {
  return words.length > 0 && words.every((word) => word.trim().length >= 2)
    ? null
    : problem(field, 'Name at least one word, of two letters or more.');
}

/** Also refuses what is no number at all, and fractions. */
function within(
  field: string,
  value: number,
  min: number,
  max: number,
  sentence: string,
): SettingsProblem | null {
  return Number.isInteger(value) && value >= min && value <= max ? null : problem(field, sentence);
}

function share(field: string, value: number, sentence: string, max = 1): SettingsProblem | null {
  return value >= 0.01 && value <= max ? null : problem(field, sentence);
}

const found = (problems: readonly (SettingsProblem | null)[]): readonly SettingsProblem[] =>
  problems.filter((each) => each !== null);

/** The first about each field: what cannot be read needs no second sentence that it is not there. */
const oneEach = (problems: readonly SettingsProblem[]): readonly SettingsProblem[] =>
  problems.filter(({ field }, place) => problems.findIndex((other) => other.field === field) === place);

const sameWords = (a: string, b: string): boolean => a.trim().toLowerCase() === b.trim().toLowerCase();

/** Whether the server may be called is looked at when it is called: the configuration may allow private ones. */
function isToolAddress(text: string): boolean {
  if (text !== text.trim() || !URL.canParse(text)) return false;
  const { protocol, username, password } = new URL(text);
  return protocol === 'https:' && `${username}${password}` === '';
}
