/** Building a portal's property definitions and groups from HubSpot's standard rows. */

import { OBJECT_TYPES, type ObjectTypeName } from './objectTypes.ts';
import type { PropertyRow } from './propertyRows.ts';
import { STANDARD_PROPERTIES, commonRows } from './standardProperties.ts';
import type { ObjectStore, PropertyDefinition } from './state.ts';

const toDefinition = (row: PropertyRow, order: number, createdAt: number): PropertyDefinition => {
  const [name, label, type, fieldType, groupName, flags = '', options = []] = row;
  return {
    name,
    label,
    type,
    fieldType,
    groupName,
    description: '',
    options: options.map(([value, text], displayOrder) => ({
      label: text,
      value,
      displayOrder,
      hidden: false,
    })),
    displayOrder: order,
    hidden: false,
    formField: !flags.includes('r'),
    hasUniqueValue: flags.includes('u'),
    hubspotDefined: true,
    calculated: false,
    externalOptions: flags.includes('x'),
    ...(name === 'hubspot_owner_id' && { referencedObjectType: 'OWNER' }),
    readOnlyValue: flags.includes('r'),
    readOnlyDefinition: flags.includes('r') || flags.includes('x') || flags.includes('u'),
    archived: false,
    archivedAt: undefined,
    createdAt,
    updatedAt: createdAt,
  };
};

/** An empty store for each object type, with HubSpot's own properties and their groups. */
export const createStores = (createdAt: number): Map<ObjectTypeName, ObjectStore> =>
  new Map(
    OBJECT_TYPES.map((type): [ObjectTypeName, ObjectStore] => {
      const rows: readonly PropertyRow[] = STANDARD_PROPERTIES[type.name];
      const group = rows.at(-1)?.[4] ?? type.name;
      const all = [...commonRows(type.created, type.modified, rows[0]?.[4] ?? group), ...rows];
      const definitions = new Map(all.map((row, order) => [row[0], toDefinition(row, order, createdAt)]));
      const groups = [...new Set(all.map((row) => row[4]))];
      return [
        type.name,
        {
          records: new Map(),
          definitions,
          groups: new Map(
            groups.map((name, displayOrder) => [name, { name, label: name, displayOrder, archived: false }]),
          ),
          unique: new Map(
            all
              .filter((row) => row[5]?.includes('u') && row[0] !== 'hs_object_id')
              .map((row) => [row[0], new Map<string, string>()]),
          ),
          merged: new Map(),
        },
      ];
    }),
  );
