import type { CustomAction } from './read-workflows.ts';

type Inputs = Readonly<Record<string, string>>;

/** What the form of a new workflow holds; '' where nothing was chosen. */
export type Draft = {
  readonly name: string;
  /** What enrols a contact: a new value of a property, or that it joins a list. */
  readonly trigger: 'property' | 'list';
  /** the property, and which value; '' for any */
  readonly property: string;
  readonly value: string;
  readonly listId: string;
  /** uid of an action of the app that is asked first, and what it is given */
  readonly ask: string;
  readonly askInputs: Inputs;
  /** output field and values, with commas between, on which the rest depends */
  readonly field: string;
  readonly is: string;
  /** output field that becomes a note at the record when the answer is another */
  readonly noteElse: string;
  /** uid of an action of the app that is called then, and what it is given */
  readonly call: string;
  readonly callInputs: Inputs;
  readonly setProperty: string;
  readonly setTo: string;
};

export const EMPTY: Draft = {
  name: '',
  trigger: 'property',
  property: 'hs_lead_status',
  value: '',
  listId: '',
  ask: '',
  askInputs: {},
  field: '',
  is: '',
  noteElse: '',
  call: '',
  callInputs: {},
  setProperty: '',
  setTo: '',
};

type Template = {
  readonly label: string;
  readonly fill: (actions: readonly CustomAction[]) => Draft;
};

type Called = { readonly uid: string; readonly inputs: Inputs };

/** The action whose uid ends so, where the project has one, with those of the inputs that it takes. */
const actionOf = (actions: readonly CustomAction[], end: string, inputs: Inputs = {}): Called => {
  const action = actions.find(({ uid }) => uid.endsWith(end));
  const names = new Set(action?.inputFields.map(({ name }) => name));
  return {
    uid: action?.uid ?? '',
    inputs: Object.fromEntries(Object.entries(inputs).filter(([name]) => names.has(name))),
  };
};

const callOf = ({ uid, inputs }: Called): Pick<Draft, 'call' | 'callInputs'> => ({
  call: uid,
  callInputs: inputs,
});

export const TEMPLATES: readonly Template[] = [
  { label: 'From nothing', fill: () => EMPTY },
  {
    label: 'When the score changes, check re-entry; when ready, hand off',
    fill: (actions) => ({
      ...EMPTY,
      name: 'Score changed: back to sales?',
      property: 'hubspotscore',
      ask: actionOf(actions, 'check').uid,
      field: 'result',
      is: 'ready, needs_review',
      noteElse: 'proof',
      ...callOf(actionOf(actions, 'hand_off', { when_review: 'wait' })),
    }),
  },
  {
    label: 'When the status is set to Unqualified, let the app reject',
    fill: (actions) => ({
      ...EMPTY,
      name: 'Unqualified: reject',
      value: 'UNQUALIFIED',
      ...callOf(actionOf(actions, 'reject', { reason: 'not_icp' })),
    }),
  },
  {
    label: 'When the status is set to Unqualified, ask the owner for the reason',
    fill: (actions) => ({
      ...EMPTY,
      name: 'Unqualified: why?',
      value: 'UNQUALIFIED',
      ...callOf(actionOf(actions, 'reject', { without_reason: 'ask_owner' })),
    }),
  },
  {
    label: 'When the status is set to Unqualified, set the status to Bad Timing',
    fill: () => ({
      ...EMPTY,
      name: 'Unqualified means bad timing',
      value: 'UNQUALIFIED',
      setProperty: 'hs_lead_status',
      setTo: 'BAD_TIMING',
    }),
  },
];

/** Inputs that were left empty are not sent, as by HubSpot's form. */
const custom = (name: string, action: string, inputs: Inputs) => ({
  kind: 'custom-action',
  name,
  action,
  inputs: Object.fromEntries(
    Object.entries(inputs)
      .filter(([, value]) => value !== '')
      .map(([input, value]) => [input, { value }]),
  ),
});

const triggerOf = ({ trigger, property, value, listId }: Draft): unknown =>
  trigger === 'list'
    ? { kind: 'list', listId }
    : { kind: 'property', property, ...(value && { values: [value] }) };

const valuesOf = (is: string): readonly string[] =>
  is
    .split(',')
    .map((value) => value.trim())
    .filter((value) => value !== '');

/** The workflow that the form describes, as the control plane takes it. */
export const toWorkflow = (draft: Draft): unknown => {
  const then = [
    ...(draft.call ? [custom('then', draft.call, draft.callInputs)] : []),
    ...(draft.setProperty
      ? [{ kind: 'set-property', property: draft.setProperty, to: { value: draft.setTo } }]
      : []),
  ];
  const isConditional = draft.ask && draft.field && draft.is;
  return {
    name: draft.name,
    trigger: triggerOf(draft),
    steps: [
      ...(draft.ask ? [custom('asked', draft.ask, draft.askInputs)] : []),
      ...(isConditional
        ? [
            {
              kind: 'branch',
              on: { output: `asked.${draft.field}` },
              cases: [{ values: valuesOf(draft.is), steps: then }],
              otherwise: draft.noteElse
                ? [{ kind: 'create-note', body: { output: `asked.${draft.noteElse}` } }]
                : [],
            },
          ]
        : then),
    ],
  };
};
