import type { CustomAction } from './read-workflows.ts';

/** What the form of a new workflow holds; '' where nothing was chosen. */
export type Draft = {
  readonly name: string;
  /** the property whose new value enrols a contact, and which value; '' for any */
  readonly property: string;
  readonly value: string;
  /** uid of an action of the app that is asked first */
  readonly ask: string;
  /** output field and value on which the rest depends */
  readonly field: string;
  readonly is: string;
  /** uid of an action of the app that is called then */
  readonly call: string;
  readonly setProperty: string;
  readonly setTo: string;
};

export const EMPTY: Draft = {
  name: '',
  property: 'hs_lead_status',
  value: '',
  ask: '',
  field: '',
  is: '',
  call: '',
  setProperty: '',
  setTo: '',
};

type Template = {
  readonly label: string;
  readonly fill: (actions: readonly CustomAction[]) => Draft;
};

/** The action whose uid ends so, where the project has one. */
const uidOf = (actions: readonly CustomAction[], end: string): string =>
  actions.find(({ uid }) => uid.endsWith(end))?.uid ?? '';

export const TEMPLATES: readonly Template[] = [
  { label: 'From nothing', fill: () => EMPTY },
  {
    label: 'When the score changes, check re-entry; when ready, hand off',
    fill: (actions) => ({
      ...EMPTY,
      name: 'Score changed: back to sales?',
      property: 'hubspotscore',
      ask: uidOf(actions, 'check'),
      field: 'result',
      is: 'ready',
      call: uidOf(actions, 'hand_off'),
    }),
  },
  {
    label: 'When the status is set to Unqualified, let the app reject',
    fill: (actions) => ({
      ...EMPTY,
      name: 'Unqualified: reject',
      value: 'UNQUALIFIED',
      call: uidOf(actions, 'reject'),
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

const custom = (name: string, action: string) => ({ kind: 'custom-action', name, action, inputs: {} });

/** The workflow that the form describes, as the control plane takes it. */
export const toWorkflow = (draft: Draft): unknown => {
  const then = [
    ...(draft.call ? [custom('then', draft.call)] : []),
    ...(draft.setProperty
      ? [{ kind: 'set-property', property: draft.setProperty, to: { value: draft.setTo } }]
      : []),
  ];
  const isConditional = draft.ask && draft.field && draft.is;
  return {
    name: draft.name,
    trigger: {
      kind: 'property',
      property: draft.property,
      ...(draft.value && { values: [draft.value] }),
    },
    steps: [
      ...(draft.ask ? [custom('asked', draft.ask)] : []),
      ...(isConditional
        ? [
            {
              kind: 'branch',
              on: { output: `asked.${draft.field}` },
              cases: [{ values: [draft.is], steps: then }],
            },
          ]
        : then),
    ],
  };
};
