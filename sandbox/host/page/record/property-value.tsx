import type { PropertyDefinition } from '../crm.ts';
import { momentIn, toMillis } from '../moments.ts';

/** A stored value as people read it: option labels, moments in the portal's zone. */
export const readable = (
  definition: Pick<PropertyDefinition, 'type' | 'options'> | undefined,
  value: string | null | undefined,
  timeZone: string,
): string => {
  if (value === null || value === undefined || value === '') return '–';
  if (definition?.type === 'enumeration')
    return value
      .split(';')
      .map((part) => definition.options?.find((option) => option.value === part)?.label ?? part)
      .join(', ');
  if (definition?.type === 'datetime') return momentIn(timeZone, toMillis(value) ?? value);
  if (definition?.type === 'bool') return value === 'true' ? 'Yes' : value === 'false' ? 'No' : value;
  return value;
};
