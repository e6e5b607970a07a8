/**
 * Rules of a portal's admin that writes of 2026-09 must meet.
 * Docs: developers.hubspot.com/changelog/crm-api-write-validation-enforcement
 */

import { type ErrorDetail, validationError } from './errors.ts';
import type { ObjectType } from './objectTypes.ts';
import type { CrmRecord, Portal } from './state.ts';

/**
 * A conditional rule holds a write that sets its property to one of its values: each required property must have a value
 * in the same write. A create-form rule holds every create.
 *
 * @throws HubSpotError 400 naming every missing property
 */
export const checkAdminRules = (
  portal: Portal,
  type: ObjectType,
  record: CrmRecord | undefined,
  values: ReadonlyMap<string, string>,
): void => {
  const missing: ErrorDetail[] = [];
  const has = (name: string): boolean => (values.get(name) ?? '') !== '';
  for (const rule of portal.settings.rules) {
    if (rule.objectType !== type.name) continue;
    if (rule.kind === 'create-form') {
      if (record) continue;
      for (const name of rule.requires)
        if (!has(name))
          missing.push({
            code: 'MISSING_REQUIRED_PROPERTY',
            message: `A value for ${name} must be provided`,
            context: { propertyName: [name] },
          });
      continue;
    }
    if (!rule.values.includes(values.get(rule.property) ?? '')) continue;
    for (const name of rule.requires)
      if (!has(name))
        missing.push({
          code: 'MISSING_CONDITIONAL_REQUIRED_PROPERTY',
          message: `${name} is required because of a conditional property rule based on [${rule.property}]`,
          context: { propertyName: [name] },
        });
  }
  if (missing.length > 0)
    throw validationError('One or more required properties are missing.', { errors: missing });
};
