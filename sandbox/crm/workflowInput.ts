/** Workflows and custom actions as the control plane is told them, read and checked. */

import { isObject, needString, optionalBoolean, optionalNumber, optionalString, stringsOf } from './call.ts';
import { validationError } from './errors.ts';
import { findObjectType } from './objectTypes.ts';
import type {
  ActionInput,
  CustomAction,
  CustomActions,
  Step,
  StepValue,
  Trigger,
  WorkflowDraft,
} from './workflowTypes.ts';

type Row = Readonly<Record<string, unknown>>;

const rowsOf = (raw: unknown, what: string): readonly Row[] => {
  if (!Array.isArray(raw) || !raw.every(isObject))
    throw validationError(`${what} must be an array of objects.`);
  return raw;
};

const objectOf = (raw: unknown, what: string): Row => {
  if (!isObject(raw)) throw validationError(`${what} must be a JSON object.`);
  return raw;
};

const readValue = (raw: unknown, what: string): StepValue => {
  const row = objectOf(raw, what);
  const value = optionalString(row, 'value');
  if (value !== undefined) return { value };
  const property = optionalString(row, 'property');
  if (property !== undefined) return { property };
  const output = optionalString(row, 'output');
  if (output?.includes('.') === true) return { output };
  throw validationError(`${what} must be {value}, {property} or {output: "step.field"}.`);
};

const readTrigger = (raw: unknown): Trigger => {
  const row = objectOf(raw, 'trigger');
  const kind = needString(row, 'kind');
  if (kind === 'list') return { kind, listId: needString(row, 'listId') };
  if (kind !== 'property') throw validationError(`Unknown kind of trigger: ${kind}.`);
  const property = needString(row, 'property');
  return row.values === undefined
    ? { kind, property }
    : { kind, property, values: stringsOf(row.values, 'values') };
};

const readStep = (row: Row): Step => {
  const kind = needString(row, 'kind');
  switch (kind) {
    case 'set-property':
      return { kind, property: needString(row, 'property'), to: readValue(row.to, 'to') };
    case 'add-to-list':
    case 'remove-from-list':
      return { kind, listId: needString(row, 'listId') };
    case 'create-task': {
      const body = optionalString(row, 'body');
      const dueInDays = optionalNumber(row, 'dueInDays');
      return {
        kind,
        subject: needString(row, 'subject'),
        ...(body !== undefined && { body }),
        ...(dueInDays !== undefined && { dueInDays }),
      };
    }
    case 'create-note':
      return { kind, body: readValue(row.body, 'body') };
    case 'delay': {
      const ms = optionalNumber(row, 'ms');
      if (ms === undefined || ms < 0) throw validationError('ms must be a number, 0 or more.');
      return { kind, ms };
    }
    case 'branch':
      return {
        kind,
        on: readValue(row.on, 'on'),
        cases: rowsOf(row.cases, 'cases').map((it) => ({
          values: stringsOf(it.values, 'values'),
          steps: readSteps(it.steps),
        })),
        ...(row.otherwise !== undefined && { otherwise: readSteps(row.otherwise) }),
      };
    case 'custom-action':
      return {
        kind,
        name: needString(row, 'name'),
        action: needString(row, 'action'),
        inputs: Object.fromEntries(
          Object.entries(row.inputs === undefined ? {} : objectOf(row.inputs, 'inputs')).map(
            ([name, value]) => [name, readValue(value, `inputs.${name}`)],
          ),
        ),
      };
    default:
      throw validationError(`Unknown kind of step: ${kind}.`);
  }
};

const readSteps = (raw: unknown): readonly Step[] => rowsOf(raw, 'steps').map(readStep);

/** @throws HubSpotError 400 saying what cannot be read */
export const readWorkflow = (raw: unknown): WorkflowDraft => {
  const row = objectOf(raw, 'A workflow');
  const spelling = optionalString(row, 'objectType') ?? 'contacts';
  const type = findObjectType(spelling);
  if (!type) throw validationError(`Unknown object type ${spelling}.`);
  const name = needString(row, 'name').trim();
  if (name === '') throw validationError('A workflow needs a name.');
  const steps = readSteps(row.steps);
  if (steps.length === 0) throw validationError('A workflow needs at least one step.');
  return {
    name,
    objectType: type.name,
    trigger: readTrigger(row.trigger),
    steps,
    reenrolls: optionalBoolean(row, 'reenrolls') ?? false,
  };
};

/** A name alone, or with its label and options. */
const readInput = (raw: unknown): ActionInput => {
  if (typeof raw === 'string') return { name: raw, label: raw, options: [] };
  const row = objectOf(raw, 'An input field');
  const name = needString(row, 'name');
  return {
    name,
    label: optionalString(row, 'label') ?? name,
    options: rowsOf(row.options ?? [], 'options').map((option) => {
      const value = needString(option, 'value');
      return { value, label: optionalString(option, 'label') ?? value };
    }),
  };
};

const readInputs = (raw: unknown): readonly ActionInput[] => {
  if (!Array.isArray(raw)) throw validationError('inputFields must be an array.');
  return raw.map(readInput);
};

/** @param order counts the actions, which get their ids by it */
const readAction = (row: Row, order: number): CustomAction => {
  const actionUrl = needString(row, 'actionUrl');
  const uid = needString(row, 'uid');
  return {
    uid,
    actionDefinitionId: optionalNumber(row, 'actionDefinitionId') ?? 9_000_001 + order,
    label: optionalString(row, 'label') ?? uid,
    actionUrl,
    publicUrl: optionalString(row, 'publicUrl') ?? actionUrl,
    objectTypes: stringsOf(row.objectTypes ?? ['CONTACT'], 'objectTypes'),
    properties: stringsOf(row.properties, 'properties'),
    inputFields: readInputs(row.inputFields ?? []),
    outputFields: stringsOf(row.outputFields, 'outputFields'),
  };
};

export const readCustomActions = (raw: unknown): CustomActions => {
  const row = objectOf(raw, 'Custom actions');
  return {
    clientSecret: needString(row, 'clientSecret'),
    timeoutMs: optionalNumber(row, 'timeoutMs') ?? 20_000,
    actions: rowsOf(row.actions, 'actions').map(readAction),
  };
};
