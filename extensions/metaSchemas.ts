/**
 * What HubSpot documents about the `config` of each component that we upload. HubSpot's own JSON schemas can be had
 * with an account only; these follow "App configuration", "App cards", "App pages", "App settings", "Custom workflow actions" and "Configure webhooks" on
 * developers.hubspot.com, and refuse whatever is not named there.
 */

import type { AnySchema } from 'ajv';

/** What the server does with each kind of event; a subscription without a handler would be work for nothing. */
export const EVENT_HANDLERS = {
  'object.creation': 'read the record into the snapshot',
  'object.propertyChange': 'refresh the snapshot',
  'object.merge': 'follow the record that stays',
  'object.deletion': 'mark the snapshot as deleted',
  'object.restore': 'read the record into the snapshot again',
  'contact.privacyDeletion': 'erase the person, keep the counts',
} as const;

const text = (maxLength: number): AnySchema => ({
  type: 'string',
  minLength: 1,
  maxLength,
  // HubSpot refuses names that start or end with white space.
  pattern: '^\\S(.*\\S)?$',
});

const httpsUrl: AnySchema = { type: 'string', pattern: '^https://(?!localhost|127\\.)[^\\s$]+$' };
const list = (items: AnySchema): AnySchema => ({ type: 'array', uniqueItems: true, items });
const scopes = list({ type: 'string', pattern: '^[a-z][a-z0-9._-]*$' });

const object = (properties: Record<string, AnySchema>, required: readonly string[]): AnySchema => ({
  type: 'object',
  additionalProperties: false,
  properties,
  required,
});

const app = object(
  {
    name: text(200),
    description: text(8_192),
    distribution: { enum: ['private', 'marketplace'] },
    isUserLevel: { type: 'boolean' },
    logo: { type: 'string' },
    auth: object(
      {
        type: { enum: ['static', 'oauth'] },
        redirectUrls: list(httpsUrl),
        requiredScopes: scopes,
        optionalScopes: scopes,
        conditionallyRequiredScopes: scopes,
      },
      ['type', 'requiredScopes'],
    ),
    permittedUrls: object({ fetch: list(httpsUrl), iframe: list(httpsUrl), img: list(httpsUrl) }, ['fetch']),
    support: object(
      {
        supportEmail: { type: 'string', format: 'email' },
        documentationUrl: httpsUrl,
        supportUrl: httpsUrl,
        supportPhone: { type: 'string' },
      },
      [],
    ),
  },
  ['name', 'description', 'distribution', 'auth', 'permittedUrls'],
);

const card = object(
  {
    name: text(200),
    description: text(8_192),
    previewImage: object({ file: { type: 'string' }, altText: { type: 'string' } }, ['file', 'altText']),
    location: { enum: ['crm.record.tab', 'crm.record.sidebar', 'crm.preview', 'helpdesk.sidebar'] },
    entrypoint: { type: 'string', pattern: '^/app/cards/[^.]+\\.(js|jsx|ts|tsx)$' },
    objectTypes: {
      type: 'array',
      minItems: 1,
      uniqueItems: true,
      // `leads` is not in the part of HubSpot's table that can be read without an account: see docs/live-checks.md.
      items: { enum: ['contacts', 'companies', 'deals', 'tickets', 'leads'] },
    },
  },
  ['name', 'location', 'entrypoint', 'objectTypes'],
);

const settings = object(
  { entrypoint: { type: 'string', pattern: '^/app/settings/[^.]+\\.(js|jsx|ts|tsx)$' } },
  ['entrypoint'],
);

const active: AnySchema = { type: 'boolean' };
const objectType: AnySchema = { enum: ['contact', 'lead'] };

const webhooks = object(
  {
    settings: object(
      { targetUrl: httpsUrl, maxConcurrentRequests: { type: 'integer', minimum: 6, maximum: 100 } },
      ['targetUrl', 'maxConcurrentRequests'],
    ),
    subscriptions: object(
      {
        crmObjects: list({
          oneOf: [
            object(
              {
                subscriptionType: {
                  enum: ['object.creation', 'object.deletion', 'object.merge', 'object.restore'],
                },
                objectType,
                active,
              },
              ['subscriptionType', 'objectType', 'active'],
            ),
            object(
              {
                subscriptionType: { const: 'object.propertyChange' },
                objectType,
                propertyName: {
                  type: 'string',
                  pattern: '^[a-z][a-z0-9_]*$',
                  // HubSpot's webhooks guide: these two cannot be subscribed to.
                  not: { enum: ['hs_lastmodifieddate', 'num_unique_conversion_events'] },
                },
                active,
              },
              ['subscriptionType', 'objectType', 'propertyName', 'active'],
            ),
          ],
        }),
        legacyCrmObjects: list(
          object({ subscriptionType: { type: 'string' }, propertyName: { type: 'string' }, active }, [
            'subscriptionType',
            'active',
          ]),
        ),
        hubEvents: list(
          object({ subscriptionType: { enum: ['contact.privacyDeletion'] }, active }, [
            'subscriptionType',
            'active',
          ]),
        ),
      },
      ['crmObjects', 'hubEvents'],
    ),
  },
  ['settings', 'subscriptions'],
);

const page = object({ entrypoint: { type: 'string', pattern: '^/app/pages/[^.]+\\.(js|jsx|ts|tsx)$' } }, [
  'entrypoint',
]);

const bulkAction = object(
  {
    label: text(200),
    entrypoint: { type: 'string', pattern: '^/app/actions/[^.]+\\.(js|jsx|ts|tsx)$' },
    // Which object types and icons HubSpot takes can only be seen with an account: see docs/live-checks.md.
    objectTypes: list({ enum: ['contacts', 'leads'] }),
    displayMode: { enum: ['PANEL', 'MODAL'] },
    icon: { type: 'string', pattern: '^[A-Za-z]+$' },
  },
  ['label', 'entrypoint', 'objectTypes', 'displayMode'],
);

const fieldName: AnySchema = { type: 'string', pattern: '^[a-z][a-z0-9_]*$' };
const typeDefinition: AnySchema = object(
  {
    name: fieldName,
    type: { enum: ['bool', 'date', 'datetime', 'enumeration', 'number', 'phone_number', 'string'] },
    fieldType: { enum: ['select', 'text', 'textarea', 'number', 'date', 'booleancheckbox'] },
    optionsUrl: httpsUrl,
    options: list(object({ value: { type: 'string' }, label: text(200) }, ['value', 'label'])),
  },
  ['name', 'type', 'fieldType'],
);
/** One text for each field: a test compares the names. */
const labelsOf = (maxLength: number): AnySchema => ({
  type: 'object',
  propertyNames: fieldName,
  additionalProperties: text(maxLength),
});

const workflowAction = object(
  {
    actionUrl: httpsUrl,
    isPublished: { type: 'boolean' },
    supportedClients: list(object({ client: { enum: ['WORKFLOWS', 'AGENTS'] } }, ['client'])),
    // `LEAD` is not in the part of HubSpot's documentation that can be read without an account: see docs/live-checks.md.
    objectTypes: list({ enum: ['CONTACT', 'LEAD'] }),
    inputFields: list(
      object(
        {
          typeDefinition,
          supportedValueTypes: list({ enum: ['STATIC_VALUE', 'OBJECT_PROPERTY'] }),
          isRequired: { type: 'boolean' },
        },
        ['typeDefinition', 'supportedValueTypes', 'isRequired'],
      ),
    ),
    outputFields: list(object({ typeDefinition }, ['typeDefinition'])),
    labels: object(
      {
        en: object(
          {
            actionName: text(200),
            actionDescription: text(8_192),
            actionCardContent: text(8_192),
            appDisplayName: text(200),
            inputFieldLabels: labelsOf(200),
            inputFieldDescriptions: labelsOf(8_192),
            outputFieldLabels: labelsOf(200),
          },
          ['actionName'],
        ),
      },
      ['en'],
    ),
  },
  ['actionUrl', 'isPublished', 'supportedClients', 'objectTypes', 'inputFields', 'outputFields', 'labels'],
);

/** Keyed as HubSpot's answer is: by the internal names of the component types. */
export const META_SCHEMAS: Readonly<Record<string, AnySchema>> = {
  APPLICATION: app,
  CARD: card,
  CRM_BULK_ACTION: bulkAction,
  PAGE: page,
  WORKFLOW_ACTION: workflowAction,
  SETTINGS: settings,
  WEBHOOKS: webhooks,
};
