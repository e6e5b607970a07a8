/**
 * Workflows, as the sandbox keeps them: small JSON definitions and the run of each enrolled record.
 * Docs: knowledge.hubspot.com/workflows/set-your-workflow-enrollment-triggers, .../choose-your-workflow-actions
 */

import type { ObjectTypeName } from './objectTypes.ts';

/** A fixed text, a property of the enrolled record, or what a custom action answered: `<name of the step>.<field>`. */
export type StepValue =
  { readonly value: string } | { readonly property: string } | { readonly output: string };

export type Step =
  | { readonly kind: 'set-property'; readonly property: string; readonly to: StepValue }
  | { readonly kind: 'add-to-list' | 'remove-from-list'; readonly listId: string }
  | {
      readonly kind: 'create-task';
      readonly subject: string;
      readonly body?: string;
      /** days of 24 hours from now until it is due; 0 when left out */
      readonly dueInDays?: number;
    }
  | { readonly kind: 'create-note'; readonly body: StepValue }
  | { readonly kind: 'delay'; readonly ms: number }
  | {
      readonly kind: 'branch';
      readonly on: StepValue;
      readonly cases: readonly { readonly values: readonly string[]; readonly steps: readonly Step[] }[];
      readonly otherwise?: readonly Step[];
    }
  | {
      readonly kind: 'custom-action';
      /** by which later steps name its output */
      readonly name: string;
      /** uid of the action in the app's project */
      readonly action: string;
      readonly inputs: Readonly<Record<string, StepValue>>;
    };

export type Trigger =
  | {
      readonly kind: 'property';
      readonly property: string;
      /** the values that enrol; any new value but none when left out */
      readonly values?: readonly string[];
    }
  | { readonly kind: 'list'; readonly listId: string };

export type WorkflowDraft = {
  readonly name: string;
  readonly objectType: ObjectTypeName;
  readonly trigger: Trigger;
  readonly steps: readonly Step[];
  /** whether a record may come in again; off at HubSpot unless switched on */
  readonly reenrolls: boolean;
};

export type Workflow = WorkflowDraft & {
  readonly id: string;
  isEnabled: boolean;
  readonly createdAt: number;
};

export type RunLine = {
  readonly at: number;
  readonly step: Step['kind'] | 'enrolment' | 'end';
  readonly outcome: 'done' | 'failed' | 'waiting';
  readonly text: string;
};

/** A custom action that was called and has not come to an end. */
export type OpenCall = {
  readonly callbackId: string;
  readonly name: string;
  readonly firstAt: number;
  attempt: number;
  /** HubSpot waits for the completion of what answered BLOCK */
  isBlocked: boolean;
};

/** The way of one record through one workflow. */
export type WorkflowRun = {
  /** of the enrolment, as histories of properties name it */
  readonly id: string;
  readonly workflowId: string;
  readonly objectTypeId: string;
  readonly objectId: string;
  readonly enrolledAt: number;
  isActive: boolean;
  /** what is still to be done, in order */
  remaining: readonly Step[];
  /** not before, milliseconds since 1970 */
  wakeAt: number;
  call: OpenCall | undefined;
  /** `<name of the step>.<field>` → value */
  readonly outputs: Map<string, string>;
  readonly lines: RunLine[];
};

/** What a custom action asks of whoever builds the workflow. */
export type ActionInput = {
  readonly name: string;
  readonly label: string;
  /** the only values; any text where there are none */
  readonly options: readonly { readonly value: string; readonly label: string }[];
};

/** A custom action of the app, out of its metafile; not kept between runs of the sandbox. */
export type CustomAction = {
  /** of the action in the app's project */
  readonly uid: string;
  readonly actionDefinitionId: number;
  readonly label: string;
  /** where it is posted */
  readonly actionUrl: string;
  /** the same as the app is called from outside: what is signed */
  readonly publicUrl: string;
  /** labels of the object types that it takes, e.g. CONTACT */
  readonly objectTypes: readonly string[];
  /** properties of the record that are sent along */
  readonly properties: readonly string[];
  readonly inputFields: readonly ActionInput[];
  readonly outputFields: readonly string[];
};

export type CustomActions = {
  readonly clientSecret: string;
  readonly actions: readonly CustomAction[];
  /** longest wait for an answer on the machine's clock; how long HubSpot waits is not documented */
  readonly timeoutMs: number;
};
