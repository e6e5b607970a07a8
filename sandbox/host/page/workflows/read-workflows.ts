import { ask, crm, VERSION } from '../crm.ts';

/** A workflow as the sandbox's control plane tells it. */
export type Workflow = {
  readonly id: string;
  readonly name: string;
  readonly isEnabled: boolean;
  readonly trigger: {
    readonly kind: string;
    readonly property?: string;
    readonly values?: readonly string[];
  };
  readonly enrolled: number;
  readonly active: number;
};

export type ActionInput = {
  readonly name: string;
  readonly label: string;
  /** The only values; any text where there are none. */
  readonly options: readonly { readonly value: string; readonly label: string }[];
};

export type CustomAction = {
  readonly uid: string;
  readonly label: string;
  readonly objectTypes: readonly string[];
  readonly inputFields: readonly ActionInput[];
  readonly outputFields: readonly string[];
};

export type Run = {
  readonly enrollmentId: string;
  readonly objectId: string;
  readonly state: 'ended' | 'blocked' | 'calling' | 'waiting';
  readonly lines: readonly {
    readonly at: number;
    readonly step: string;
    readonly outcome: 'done' | 'failed' | 'waiting';
    readonly text: string;
  }[];
};

const base = (portalId: number): string => `/crm/sandbox/portals/${portalId}`;

export const readWorkflows = async (portalId: number): Promise<readonly Workflow[]> =>
  (await ask<{ workflows: readonly Workflow[] }>(`${base(portalId)}/workflows`)).workflows;

export const readActions = async (portalId: number): Promise<readonly CustomAction[]> =>
  (await ask<{ actions: readonly CustomAction[] }>(`${base(portalId)}/workflow-actions`)).actions;

export type List = { readonly listId: string; readonly name: string };

/** The lists of contacts, which can be triggers. */
export const readLists = async (): Promise<readonly List[]> => {
  const { lists } = await crm<{ lists: readonly (List & { readonly objectTypeId: string })[] }>(
    `/crm/lists/${VERSION}/search`,
    'POST',
    { query: '', count: 500 },
  );
  return lists.filter(({ objectTypeId }) => objectTypeId === '0-1');
};

export const readRuns = async (
  portalId: number,
  id: string,
): Promise<{ readonly workflow: Workflow; readonly runs: readonly Run[] }> => {
  const [workflow, { runs }] = await Promise.all([
    ask<Workflow>(`${base(portalId)}/workflows/${id}`),
    ask<{ runs: readonly Run[] }>(`${base(portalId)}/workflows/${id}/runs`),
  ]);
  return { workflow, runs: runs.toReversed() };
};

export const makeWorkflow = (portalId: number, workflow: unknown): Promise<Workflow> =>
  ask(`${base(portalId)}/workflows`, 'POST', workflow);

export const switchWorkflow = (portalId: number, id: string, isEnabled: boolean): Promise<Workflow> =>
  ask(`${base(portalId)}/workflows/${id}`, 'PUT', { isEnabled });
