/** What is wrong with how leads are handed off, before it is saved. */

import { writeProblem } from './mayWrite.ts';
import type { PortalMap } from './portal.ts';
import type { SettingsProblem } from './refusals.ts';
import type { HandOffSettings } from './settings.ts';
import { isPropertyName, problem } from './settingsWords.ts';

/** A property of the portal as far as a value written to it has to fit. */
export type KnownProperty = {
  readonly readOnly: boolean;
  /** The values that can be chosen; `null` for any text. */
  readonly values: readonly string[] | null;
};

/** What the portal has of the things that were named; `null` for what it does not have. */
export type KnownMarks = {
  readonly properties: Readonly<Record<string, KnownProperty | null>>;
  readonly list: { readonly takesMembers: boolean } | null;
};

/** The properties that these settings name, each once. */
export function propertiesNamed({ trigger, acknowledgement }: HandOffSettings): readonly string[] {
  const named = [
    trigger?.property,
    acknowledgement?.kind === 'property' ? acknowledgement.property : undefined,
  ];
  return [...new Set(named.filter((one) => one !== undefined && one.trim() !== ''))] as string[];
}

export function handOffProblems(
  { trigger, acceptedStatuses, acknowledgement: mark }: HandOffSettings,
  rejectedStatuses: readonly string[],
  portal: (Pick<PortalMap, 'leadStatuses'> & { readonly marks?: KnownMarks }) | null,
): readonly (SettingsProblem | null)[] {
  const marks = portal?.marks ?? null;
  const both = acceptedStatuses.filter((status) => rejectedStatuses.includes(status));
  const unknown =
    portal === null ? [] : acceptedStatuses.filter((status) => !portal.leadStatuses.includes(status));
  return [
    trigger === null ? null : valueProblem('handOff.trigger', trigger, marks, false),
    both.length === 0
      ? null
      : problem('handOff.acceptedStatuses', `${quoted(both)} cannot mean “accepted” and “rejected” at once.`),
    unknown.length === 0
      ? null
      : problem('handOff.acceptedStatuses', `This portal has no lead status ${quoted(unknown)}.`),
    mark?.kind !== 'property' ? null : valueProblem('handOff.acknowledgement', mark, marks, true),
    mark?.kind !== 'list' ? null : listProblem(mark, marks),
    trigger !== null && mark?.kind === 'property' && mark.property === trigger.property
      ? problem(
          'handOff.acknowledgement.property',
          `“${mark.property}” hands leads off; the acknowledgement needs a property of its own.`,
        )
      : null,
  ];
}

/** The app's own property that leads are handed off by. */
const OWN_MARKS = ['mqlr_hand_off'];

/** A property that is only read may be one that answers write, but not what the app says of an answer. */
const readProblem = (property: string): string | null =>
  property.startsWith('mqlr_') && !OWN_MARKS.includes(property)
    ? `“${property}” is one of the app's own; choose another property.`
    : null;

function valueProblem(
  field: string,
  { property, value }: { readonly property: string; readonly value: string },
  marks: KnownMarks | null,
  isWritten: boolean,
): SettingsProblem | null {
  if (!isPropertyName(property))
    return problem(
      `${field}.property`,
      'Name the property by its internal name: small letters, digits and underscores.',
    );
  if (value.trim() === '') return problem(`${field}.value`, 'Name the value.');
  const wrong = isWritten ? writeProblem(property, OWN_MARKS) : readProblem(property);
  if (wrong !== null) return problem(`${field}.property`, wrong);
  const known = marks?.properties[property];
  if (known === undefined) return null;
  if (known === null)
    return problem(`${field}.property`, `Contacts of this portal have no property “${property}”.`);
  if (isWritten && known.readOnly)
    return problem(`${field}.property`, `“${property}” is read-only: HubSpot would refuse the value.`);
  if (known.values !== null && !known.values.includes(value))
    return problem(`${field}.value`, `“${property}” has no option “${value}”.`);
  return null;
}

function listProblem(
  { listId }: { readonly listId: string },
  marks: KnownMarks | null,
): SettingsProblem | null {
  const field = 'handOff.acknowledgement.listId';
  if (!/^\d+$/.test(listId)) return problem(field, 'Name the list by its id: the digits in its address.');
  if (marks === null) return null;
  if (marks.list === null) return problem(field, `This portal has no list ${listId}.`);
  return marks.list.takesMembers
    ? null
    : problem(field, 'This is an active list, which takes no members from an app. Choose a static one.');
}

const quoted = (words: readonly string[]): string => words.map((word) => `“${word}”`).join(', ');
