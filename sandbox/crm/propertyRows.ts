/**
 * How HubSpot's own properties are written down here, and the rows that several object types share. A row:
 * [name, label, type, fieldType, group, flags, options]. Flags: r = value is read only, u = unique, x = options live elsewhere.
 */

export type PropertyRow = readonly [
  name: string,
  label: string,
  type: string,
  fieldType: string,
  group: string,
  flags?: string,
  options?: readonly (readonly [value: string, label: string])[],
];

export const same = (...values: string[]): (readonly [string, string])[] =>
  values.map((value) => [value, value]);

export const YES_NO = [
  ['true', 'Yes'],
  ['false', 'No'],
] as const;

export const owner = (group: string): PropertyRow[] => [
  ['hubspot_owner_id', 'Owner', 'enumeration', 'select', group, 'x'],
  ['hubspot_owner_assigneddate', 'Owner Assigned Date', 'datetime', 'date', group, 'r'],
];

/** What every engagement has. Docs: each engagement's guide, "Properties". */
export const engagement: PropertyRow[] = [
  ['hs_timestamp', 'Activity date', 'datetime', 'date', 'engagement'],
  ...owner('engagement'),
  ['hs_attachment_ids', 'Attached file IDs', 'enumeration', 'checkbox', 'engagement', 'x'],
  ['hs_unique_id', 'Unique ID', 'string', 'text', 'engagement', 'u'],
];
