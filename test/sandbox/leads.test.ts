import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Json, type TestPortal, openTestPortal, to } from './portal.ts';

const LEADS = '/crm/objects/2026-09/leads';
const PIPELINES = '/crm/pipelines/2026-09/leads';
type Lead = { id: string; properties: Record<string, string | null> };

let portal: TestPortal;
beforeAll(async () => {
  portal = await openTestPortal();
});
afterAll(() => portal.close());

const createLead = async (contact: string, properties: Json = {}): Promise<Lead> => {
  const reply = await portal.call<Lead>('POST', LEADS, {
    properties: { hs_lead_name: 'A lead', ...properties },
    associations: [to(contact, 578)],
  });
  expect(reply.status).toBe(201);
  return reply.body;
};

describe('a lead', () => {
  it('starts in the first stage of the default pipeline', async () => {
    const lead = await createLead(await portal.contact());
    expect(lead.properties).toMatchObject({
      hs_pipeline: 'lead-pipeline-id',
      hs_pipeline_stage: 'new-stage-id',
      hs_lead_is_disqualified: 'false',
    });
  });

  it('needs a contact', async () => {
    const reply = await portal.call('POST', LEADS, { properties: { hs_lead_name: 'Alone' } });
    expect(reply.status).toBe(400);
  });

  it('knows its primary contact and is disqualified by its stage', async () => {
    const contact = await portal.contact();
    const lead = await createLead(contact);
    await portal.call('PATCH', `${LEADS}/${lead.id}`, {
      properties: {
        hs_pipeline_stage: 'unqualified-stage-id',
        hs_lead_disqualification_reason: 'BAD_TIMING',
      },
    });
    const read = async () =>
      (
        await portal.call<Lead>(
          'GET',
          `${LEADS}/${lead.id}?properties=hs_lead_is_disqualified,hs_primary_contact_id`,
        )
      ).body.properties;
    expect(await read()).toMatchObject({ hs_lead_is_disqualified: 'true', hs_primary_contact_id: contact });
    await portal.call('PATCH', `${LEADS}/${lead.id}`, { properties: { hs_pipeline_stage: 'new-stage-id' } });
    expect(await read()).toMatchObject({ hs_lead_is_disqualified: 'false' });
  });

  it.each([
    [{ hs_pipeline_stage: 'nowhere' }, 'INVALID_OPTION'],
    [{ hs_lead_disqualification_reason: 'Bad Timing' }, 'INVALID_OPTION'],
    [{ hs_lead_is_disqualified: 'true' }, 'READ_ONLY_VALUE'],
  ])('refuses %j', async (properties, code) => {
    const lead = await createLead(await portal.contact());
    const reply = await portal.call('PATCH', `${LEADS}/${lead.id}`, { properties });
    expect(reply.body).toMatchObject({ errors: [{ code }] });
  });

  it('is deleted with its last primary association', async () => {
    const contact = await portal.contact();
    const lead = await createLead(contact);
    await portal.call('DELETE', `/crm/objects/2026-09/leads/${lead.id}/associations/contacts/${contact}`);
    expect((await portal.call('GET', `${LEADS}/${lead.id}`)).status).toBe(404);
  });
});

describe('a lead pipeline', () => {
  it('shows its stages in order, with their state', async () => {
    const { body } = await portal.call<{ results: { stages: { id: string; metadata: Json }[] }[] }>(
      'GET',
      PIPELINES,
    );
    expect(body.results[0]?.stages.map(({ metadata }) => metadata.leadState)).toEqual([
      'NEW',
      'IN_PROGRESS',
      'IN_PROGRESS',
      'QUALIFIED',
      'UNQUALIFIED',
    ]);
  });

  it('of one’s own has numeric ids, and a stage in use is not deleted', async () => {
    const made = await portal.call<{ id: string; stages: { id: string }[] }>('POST', PIPELINES, {
      label: 'Webinars',
      displayOrder: 1,
      stages: [
        { label: 'In', displayOrder: 0, metadata: { leadState: 'NEW' } },
        { label: 'Out', displayOrder: 1, metadata: { leadState: 'UNQUALIFIED' } },
      ],
    });
    expect(made.status).toBe(201);
    const [first, last] = made.body.stages;
    expect(first?.id).toMatch(/^\d+$/);
    const lead = await createLead(await portal.contact(), { hs_pipeline: made.body.id });
    expect(lead.properties.hs_pipeline_stage).toBe(first?.id);
    const foreign = await portal.call('PATCH', `${LEADS}/${lead.id}`, {
      properties: { hs_pipeline_stage: 'new-stage-id' },
    });
    expect(foreign.status).toBe(400);
    const used = await portal.call('DELETE', `${PIPELINES}/${made.body.id}/stages/${first?.id}`);
    expect(used.body).toMatchObject({ subCategory: 'PipelineError.STAGE_ID_IN_USE' });
    expect((await portal.call('DELETE', `${PIPELINES}/${made.body.id}/stages/${last?.id}`)).status).toBe(204);
  });

  it('is a matter of objects that have pipelines', async () => {
    expect((await portal.call('GET', '/crm/pipelines/2026-09/contacts')).status).toBe(400);
  });
});
