/**
 * The competitor: the handler that people write with Express and HubSpot's SDK. It checks the signature with the SDK,
 * changes the contact, adds it to a list or creates a task, and answers when HubSpot has done both. The SDK's retries
 * are on; its limiter is off, as it is by default (with the nine calls a second that its README proposes it would be slower).
 */

import { Client, Signature } from '@hubspot/api-client';
import { AssociationSpecAssociationCategoryEnum as Category } from '@hubspot/api-client/lib/codegen/crm/objects/tasks/models/AssociationSpec.js';
import {
  PropertyCreateFieldTypeEnum as FieldType,
  PropertyCreateTypeEnum as Type,
} from '@hubspot/api-client/lib/codegen/crm/properties/models/PropertyCreate.js';
import express, { type Express } from 'express';
import { LISTS, REASON_PROPERTY, STATUS_OF } from './reasons.ts';

export type PlainOptions = {
  readonly crmUrl: string;
  readonly accessToken: string;
  readonly clientSecret: string;
  readonly publicUrl: string;
};

const RETRIES = 3;
const TASK_TO_CONTACT = 204;
const DAY_MS = 86_400_000;

type Rejection = {
  readonly record: { readonly objectId: string };
  readonly reason: string;
  readonly note: string | null;
};

/** Makes the property and the lists that the handler needs, and the handler. */
export const createPlainApp = async (options: PlainOptions): Promise<Express> => {
  const hubspot = new Client({
    accessToken: options.accessToken,
    basePath: options.crmUrl,
    numberOfApiCallRetries: RETRIES,
  });
  await hubspot.crm.properties.coreApi.create('contacts', {
    name: REASON_PROPERTY,
    label: 'Rejection reason',
    type: Type.String,
    fieldType: FieldType.Text,
    groupName: 'contactinformation',
  });
  const listIds = new Map<string, string>();
  for (const reason of LISTS) {
    const request = { name: `Rejected: ${reason}`, objectTypeId: '0-1', processingType: 'MANUAL' };
    const { list } = await hubspot.crm.lists.listsApi.create(request);
    listIds.set(reason, list.listId);
  }

  const app = express();
  app.use(express.text({ type: 'application/json' }));
  app.post('/v1/rejections', async (req, res) => {
    const requestBody = req.body as string;
    const isGenuine = Signature.isValid({
      signatureVersion: 'v3',
      method: 'POST',
      clientSecret: options.clientSecret,
      signature: req.get('x-hubspot-signature-v3') ?? '',
      url: decodeURIComponent(options.publicUrl + req.originalUrl),
      requestBody,
      timestamp: Number(req.get('x-hubspot-request-timestamp')),
    });
    if (!isGenuine) {
      res.status(401).json({ ok: false });
      return;
    }
    const { record, reason, note } = JSON.parse(requestBody) as Rejection;
    const contactId = record.objectId;
    await hubspot.crm.contacts.basicApi.update(contactId, {
      properties: { hs_lead_status: STATUS_OF[reason] ?? 'UNQUALIFIED', [REASON_PROPERTY]: reason },
    });
    const listId = listIds.get(reason);
    if (listId === undefined)
      await hubspot.crm.objects.tasks.basicApi.create({
        properties: {
          hs_timestamp: new Date(Date.now() + 3 * DAY_MS).toISOString(),
          hs_task_subject: `Rejected lead: ${reason}`,
          hs_task_body: note ?? '',
          hs_task_status: 'NOT_STARTED',
        },
        associations: [
          {
            to: { id: contactId },
            types: [{ associationCategory: Category.HubspotDefined, associationTypeId: TASK_TO_CONTACT }],
          },
        ],
      });
    else await hubspot.crm.lists.membershipsApi.add(listId, [contactId]);
    res.json({ ok: true });
  });
  return app;
};
