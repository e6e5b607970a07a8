/**
 * Checks and normalises one property value the way HubSpot stores it.
 * Docs: developers.hubspot.com/docs/api-reference/crm-properties-v3/guide ("Add values to …", date and datetime values).
 */

import { toInstant } from './clock.ts';
import type { InvalidValue } from './errors.ts';
import type { PropertyDefinition } from './state.ts';

const DAY_MS = 86_400_000;
const LONGEST_TEXT = 65_536;

export type Warning = {
  readonly category: 'PROPERTY_VALUE_NORMALIZED';
  readonly propertyName: string;
  readonly rawValue: string;
  readonly normalizedValue: string;
};

export type Checked =
  | { readonly ok: true; readonly value: string; readonly warning?: Warning }
  | { readonly ok: false; readonly invalid: InvalidValue };

type Context = {
  /** 2026-09 rounds a date that is not midnight and says so; older versions refuse it. */
  readonly normalises: boolean;
  /** Values of a property whose options live elsewhere (owners, pipelines); undefined: anything goes. */
  readonly allowed?: readonly string[] | undefined;
};

/** Milliseconds since 1970 from HubSpot's two spellings of a time (epoch milliseconds, ISO 8601); NaN when neither. */
export const parseTime = (value: string): number =>
  /^-?\d{5,}$/.test(value)
    ? Number(value)
    : /^\d{4}-\d{2}-\d{2}(T.*)?$/.test(value)
      ? Date.parse(value)
      : Number.NaN;

export const checkValue = (definition: PropertyDefinition, value: string, context: Context): Checked => {
  const { name, type } = definition;
  const refuse = (error: string, message: string): Checked => ({
    ok: false,
    invalid: { name, error, message },
  });
  if (value === '') return { ok: true, value };
  if (context.allowed)
    return context.allowed.includes(value)
      ? { ok: true, value }
      : refuse(
          name === 'hubspot_owner_id' ? 'INVALID_OWNER_ID' : 'INVALID_OPTION',
          `${value} was not one of the allowed options: [${context.allowed.join(', ')}]`,
        );
  if (name === 'email' && !/^[^\s@]+@[^\s@.]+(\.[^\s@.]+)+$/.test(value))
    return refuse('INVALID_EMAIL', `Email address ${value} is invalid`);
  if (type === 'number')
    return value.trim() !== '' && Number.isFinite(Number(value))
      ? { ok: true, value }
      : refuse('INVALID_DOUBLE', `${value} was not a valid number.`);
  if (type === 'date' || type === 'datetime') return checkTime(definition, value, context);
  if ((type === 'enumeration' || type === 'bool') && !definition.externalOptions)
    return checkOptions(definition, value);
  if (value.length > LONGEST_TEXT)
    return refuse(
      'PROPERTY_VALUE_TOO_LONG',
      `${name} is longer than the allowed ${LONGEST_TEXT} characters.`,
    );
  return { ok: true, value };
};

const checkTime = (definition: PropertyDefinition, value: string, { normalises }: Context): Checked => {
  const { name } = definition;
  const ms = parseTime(value);
  if (Number.isNaN(ms))
    return {
      ok: false,
      invalid: { name, error: 'INVALID_LONG', message: `${value} was not a valid long.` },
    };
  if (definition.type === 'datetime') return { ok: true, value: toInstant(ms) };
  const midnight = Math.floor(ms / DAY_MS) * DAY_MS;
  const day = new Date(midnight).toISOString().slice(0, 10);
  if (midnight === ms) return { ok: true, value: day };
  if (!normalises)
    return {
      ok: false,
      invalid: {
        name,
        error: 'INVALID_DATE',
        message: `${ms} is at ${new Date(ms).toISOString().slice(11, 23)} UTC, not midnight!`,
      },
    };
  return {
    ok: true,
    value: day,
    warning: {
      category: 'PROPERTY_VALUE_NORMALIZED',
      propertyName: name,
      rawValue: value,
      normalizedValue: day,
    },
  };
};

const checkOptions = (definition: PropertyDefinition, value: string): Checked => {
  const { name, options, fieldType } = definition;
  const values = fieldType === 'checkbox' ? value.split(';').filter((part) => part !== '') : [value];
  const wrong = values.find((part) => !options.some((option) => option.value === part));
  return wrong === undefined
    ? { ok: true, value }
    : {
        ok: false,
        invalid: {
          name,
          error: 'INVALID_OPTION',
          message: `${wrong} was not one of the allowed options: [${options.map((option) => option.value).join(', ')}]`,
        },
      };
};
