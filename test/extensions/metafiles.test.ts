import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { EVENT_HANDLERS } from '../../extensions/metaSchemas.ts';
import { WORKFLOW_ROUTES } from '../../server/http/workflowActions.ts';
import { objectTypeId, webhookEvent } from '../../src/contract.ts';
import {
  workflowAcceptAnswer,
  workflowAcceptCall,
  workflowCheckAnswer,
  workflowCheckCall,
  workflowFactsAnswer,
  workflowFactsCall,
  workflowHandOffAnswer,
  workflowHandOffCall,
  workflowRejectAnswer,
  workflowRejectCall,
} from '../../src/contract/workflow.ts';
import { CONTACT_FACTS } from '../../src/facts.ts';
import { WATCHED } from '../../src/watch.ts';
import { MQL_PROPERTIES } from '../../src/mqlProperties.ts';

const appDir = path.resolve(import.meta.dirname, '../../extensions/src/app');
type Meta = {
  uid: string;
  config: { objectTypes: string[]; location: string; auth: Record<string, string[]> };
};
type Subscription = {
  subscriptionType: string;
  objectType?: string;
  propertyName?: string;
  active: boolean;
};
type Webhooks = {
  config: { subscriptions: { crmObjects: Subscription[]; hubEvents: Subscription[] } };
};

const read = (file: string): unknown => JSON.parse(readFileSync(path.join(appDir, file), 'utf8'));

const { subscriptions } = (read('webhooks/webhooks-hsmeta.json') as Webhooks).config;

/** Set when the record is made, and never again: there is no change to follow. */
const NEVER_CHANGES: readonly string[] = [CONTACT_FACTS.createdAt.property];

const propertiesOf = (objectType: string): string[] =>
  subscriptions.crmObjects
    .filter((each) => each.objectType === objectType && each.subscriptionType === 'object.propertyChange')
    .map((each) => each.propertyName ?? '');

describe('the webhooks metafile', () => {
  it('follows every contact property that a fact is read from, and what the guard watches', () => {
    const followed = Object.values(CONTACT_FACTS)
      .map(({ property }) => property)
      .filter((property) => !NEVER_CHANGES.includes(property));
    const all = new Set<string>([...followed, ...WATCHED['0-1']]);
    expect(propertiesOf('contact').sort()).toEqual([...all].sort());
  });

  it('follows what the guard watches of leads', () => {
    expect(propertiesOf('lead').sort()).toEqual([...WATCHED['0-136']].sort());
  });

  it('subscribes to everything that is handled, and to nothing else', () => {
    const all = [...subscriptions.crmObjects, ...subscriptions.hubEvents];
    expect(new Set(all.map(({ subscriptionType }) => subscriptionType))).toEqual(
      new Set(Object.keys(EVENT_HANDLERS)),
    );
    expect(all.every(({ active }) => active)).toBe(true);
  });

  it('names events that the wire contract takes', () => {
    for (const { subscriptionType } of [...subscriptions.crmObjects, ...subscriptions.hubEvents])
      expect(webhookEvent.shape.subscriptionType.safeParse(subscriptionType).success).toBe(true);
  });
});

describe('the cards', () => {
  /** HubSpot's metafiles name object types in words, the wire by id. */
  const NAMES: Readonly<Record<string, string>> = { contacts: '0-1', leads: '0-136' };

  const cards = [
    'contact-tab',
    'contact-sidebar',
    'contact-preview',
    'lead-tab',
    'lead-sidebar',
    'lead-preview',
  ].map((name) => read(`cards/${name}-hsmeta.json`) as Meta);

  it('stand on every object type of the wire contract, in tab, sidebar and preview', () => {
    const places = cards.map(({ config }) => `${NAMES[config.objectTypes.join()]} ${config.location}`);
    const wanted = objectTypeId.options.flatMap((id) => [
      `${id} crm.record.tab`,
      `${id} crm.record.sidebar`,
      `${id} crm.preview`,
    ]);
    expect(places.sort()).toEqual(wanted.sort());
  });

  it('keep their uids, since another uid is another card that an admin must place anew', () => {
    expect(cards.map(({ uid }) => uid)).toEqual([
      'mql_answer_contact_tab',
      'mql_answer_contact_sidebar',
      'mql_answer_contact_preview',
      'mql_answer_lead_tab',
      'mql_answer_lead_sidebar',
      'mql_answer_lead_preview',
    ]);
  });
});

type Field = {
  typeDefinition: { name: string; options?: { value: string }[]; optionsUrl?: string };
};
type WorkflowMeta = {
  uid: string;
  config: {
    actionUrl: string;
    inputFields: Field[];
    outputFields: Field[];
    labels: { en: Record<'inputFieldLabels' | 'outputFieldLabels', Record<string, string> | undefined> };
  };
};

describe('the workflow actions', () => {
  const SERVER = '${API_BASE_URL}';
  const ACTIONS = [
    { name: 'reject-mql', uid: 'mql_wf_reject', call: workflowRejectCall, answer: workflowRejectAnswer },
    {
      name: 'record-acceptance',
      uid: 'mql_wf_accept',
      call: workflowAcceptCall,
      answer: workflowAcceptAnswer,
    },
    { name: 'check-re-entry', uid: 'mql_wf_check', call: workflowCheckCall, answer: workflowCheckAnswer },
    {
      name: 'hand-off-mql',
      uid: 'mql_wf_hand_off',
      call: workflowHandOffCall,
      answer: workflowHandOffAnswer,
    },
    { name: 'rejection-facts', uid: 'mql_wf_facts', call: workflowFactsCall, answer: workflowFactsAnswer },
  ].map(({ name, ...rest }) => ({
    name,
    ...rest,
    meta: read(`workflow-actions/${name}-hsmeta.json`) as WorkflowMeta,
  }));
  const namesOf = (fields: Field[]): string[] => fields.map(({ typeDefinition: { name } }) => name);

  it.each(ACTIONS)('$name keeps its uid and calls a route of the server', ({ uid, meta }) => {
    expect(meta.uid).toBe(uid);
    const { actionUrl, inputFields } = meta.config;
    const addresses = [
      actionUrl,
      ...inputFields.flatMap(({ typeDefinition }) => typeDefinition.optionsUrl ?? []),
    ];
    for (const address of addresses)
      expect(WORKFLOW_ROUTES.map(({ path: route }) => `${SERVER}${route}`)).toContain(address);
  });

  it.each(ACTIONS)(
    '$name asks for what the wire contract takes, and promises what it answers',
    ({ call, answer, meta }) => {
      const { inputFields, outputFields } = meta.config;
      expect(namesOf(inputFields)).toEqual(Object.keys(call.shape.inputFields.unwrap().unwrap().shape));
      const { hs_execution_state: _ours, ...outputs } = answer.shape.outputFields.shape;
      expect(namesOf(outputFields)).toEqual(Object.keys(outputs));
      const result = outputFields.find(({ typeDefinition: { name } }) => name === 'result');
      expect(result?.typeDefinition.options?.map(({ value }) => value)).toEqual(outputs.result.options);
    },
  );

  it.each(ACTIONS)('$name has words for each of its fields', ({ meta }) => {
    const { inputFields, outputFields, labels } = meta.config;
    expect(Object.keys(labels.en.inputFieldLabels ?? {})).toEqual(namesOf(inputFields));
    expect(Object.keys(labels.en.outputFieldLabels ?? {})).toEqual(namesOf(outputFields));
  });
});

it('the page keeps its uid', () => {
  expect((read('pages/pages-hsmeta.json') as Meta).uid).toBe('mql_home');
});

it.each(['call.ts', 'failures.ts', 'latest.ts', 'requestId.ts'])(
  '%s is the same in every folder that HubSpot packs, since none can take it from another',
  (file) => {
    const [card, ...others] = ['cards/answer', 'actions/bulk', 'pages/home', 'settings/page'].map((folder) =>
      readFileSync(path.join(appDir, folder, file), 'utf8'),
    );
    for (const other of others) expect(other).toBe(card);
  },
);

it('the property that the card listens to is one that every answer sets', () => {
  const source = readFileSync(path.join(appDir, 'cards/answer/useCard.ts'), 'utf8');
  const name = /STATUS_PROPERTY = '(\w+)'/.exec(source)?.[1];
  expect(MQL_PROPERTIES.map((property): string => property.name)).toContain(name);
});

it('every scope of the app has its reason in docs/hubspot-project.md, and no other', () => {
  const { requiredScopes, optionalScopes } = (read('app-hsmeta.json') as Meta).config.auth;
  const page = readFileSync(path.resolve(appDir, '../../../docs/hubspot-project.md'), 'utf8');
  const rows = [...page.matchAll(/^\| `([a-z._-]+)` \| (required|optional) \| \S/gm)];
  const explained = (kind: string) => rows.filter((row) => row[2] === kind).map((row) => row[1]);
  expect(explained('required')).toEqual(requiredScopes);
  expect(explained('optional')).toEqual(optionalScopes);
});
