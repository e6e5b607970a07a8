/** Whether what "Routing and tracks" names is there in HubSpot, and takes what would be written. */

import type { KnownProperty } from './handOffProblems.ts';
import { MQL_PROPERTIES } from './mqlProperties.ts';
import type { SettingsProblem } from './refusals.ts';
import type { RouteSetting, RoutingSettings } from './tracks.ts';

/** What is named, each once. */
export type RoutingNames = {
  readonly properties: readonly string[];
  readonly listIds: readonly string[];
  readonly sequenceIds: readonly string[];
  readonly asksSubscriptions: boolean;
};

export type KnownPoints = KnownProperty & {
  /** HubSpot's type: `number`, `string`, `enumeration`… */
  readonly type: string;
};

/** What the portal has of them; `null` for what it does not have. */
export type KnownRouting = {
  readonly properties: Readonly<Record<string, KnownPoints | null>>;
  readonly lists: Readonly<Record<string, { readonly takesContacts: boolean } | null>>;
  /** By id whether it is there; `null` where who saves has no seat for sequences, so that nobody can say. */
  readonly sequences: Readonly<Record<string, boolean>> | null;
  /** Ids of all subscription types; `null` where they were not asked for. */
  readonly subscriptionIds: readonly string[] | null;
  /** Why HubSpot lets the app see no sequences, or no subscription types. */
  readonly refused: { readonly sequences: string | null; readonly subscriptions: string | null };
};

/** HubSpot's ids. */
const ID = /^[0-9]{1,20}$/;
const PROPERTY_NAME = /^[a-z][a-z0-9_]{0,99}$/;
/** Made by the app when it is set up: nobody has to look for them. */
const OURS: ReadonlySet<string> = new Set(MQL_PROPERTIES.map(({ name }) => name as string));
const POINTS = ['behaviour', 'fit', 'nurture'] as const;

/** What these settings name, as far as HubSpot can be asked about it. */
export function namedInRouting({ routes, score, unsubscribe }: RoutingSettings): RoutingNames {
  const targets = (kind: RouteSetting['track']['kind']): string[] =>
    routes.flatMap(({ track }) => (track.kind === kind ? [track.target.trim()] : []));
  const distinct = (names: readonly string[], shape: RegExp): readonly string[] =>
    [...new Set(names)].filter((name) => shape.test(name) && !OURS.has(name));
  const points = POINTS.map((part) => score[part].trim());
  return {
    properties: distinct([...targets('property'), ...points], PROPERTY_NAME),
    listIds: distinct(targets('list'), ID),
    sequenceIds: distinct(targets('sequence'), ID),
    asksSubscriptions: unsubscribe.subscriptionIds.some((id) => ID.test(id.trim())),
  };
}

/** What the portal does not have of these settings, or what would not take what is written, each beside its field. */
export function routingMarkProblems(
  { routes, score, unsubscribe }: RoutingSettings,
  known: KnownRouting,
): readonly SettingsProblem[] {
  return [
    ...routes.flatMap((route, index) => trackProblems(route, `routing.routes[${index}]`, known)),
    ...POINTS.flatMap((part) => pointsProblems(score[part], `routing.score.${part}`, known)),
    ...subscriptionProblems(unsubscribe.subscriptionIds, known),
  ];
}

function trackProblems(
  { track: { kind, target, value } }: RouteSetting,
  field: string,
  known: KnownRouting,
): readonly SettingsProblem[] {
  const wrong = (sentence: string, part = 'target') => [{ field: `${field}.${part}`, sentence }];
  switch (kind) {
    case 'list': {
      const list = known.lists[target];
      if (list === null) return wrong(`This portal has no list ${target}.`);
      return list?.takesContacts === false
        ? wrong(`List ${target} takes no contacts from an app. Choose a static list of contacts.`)
        : [];
    }
    case 'property': {
      const property = known.properties[target];
      if (property === undefined) return [];
      if (property === null || property.readOnly) return wrong(notWritable(target, property));
      return property.values !== null && !property.values.includes(value)
        ? wrong(`“${target}” has no option “${value}”.`, 'value')
        : [];
    }
    case 'sequence':
      if (target === '') return [];
      if (known.refused.sequences !== null) return wrong(known.refused.sequences);
      return known.sequences?.[target] === false
        ? wrong(`This portal has no sequence ${target}, or it is not shared with you.`)
        : [];
  }
}

function pointsProblems(name: string, field: string, known: KnownRouting): readonly SettingsProblem[] {
  const property = known.properties[name];
  if (property === undefined) return [];
  if (property === null || property.readOnly) return [{ field, sentence: notWritable(name, property) }];
  return property.type === 'number'
    ? []
    : [{ field, sentence: `“${name}” holds no numbers, so it cannot hold points.` }];
}

const notWritable = (name: string, property: KnownProperty | null): string =>
  property === null
    ? `Contacts of this portal have no property “${name}”.`
    : `“${name}” is read-only: HubSpot would refuse the value.`;

function subscriptionProblems(
  subscriptionIds: readonly string[],
  { subscriptionIds: there, refused }: KnownRouting,
): readonly SettingsProblem[] {
  const field = 'routing.unsubscribe.subscriptionIds';
  if (subscriptionIds.length === 0) return [];
  if (refused.subscriptions !== null) return [{ field, sentence: refused.subscriptions }];
  const missing = there === null ? [] : subscriptionIds.filter((id) => !there.includes(id));
  return missing.length === 0
    ? []
    : [{ field, sentence: `This portal has no subscription type ${missing.join(', ')}.` }];
}
