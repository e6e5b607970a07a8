import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CONTACTS, type Json, type TestPortal, openTestPortal } from './portal.ts';

const PATH = '/automation/sequences/2026-09';
const REP = { id: '11', email: 'rep@example.com', userId: 7001 };
const GUEST = { id: '12', email: 'guest@example.com', userId: 7002, salesSeat: false };

let portal: TestPortal;
let sequenceId: string;

beforeAll(async () => {
  portal = await openTestPortal();
  const { body } = await portal.control<{ sequences: string[] }>('POST', '/import', {
    owners: [REP, GUEST],
    sequences: [{ name: 'Ninety days', userId: REP.userId }],
  });
  sequenceId = body.sequences[0] ?? '';
});
afterAll(() => portal.close());

const enrol = (contactId: string, change: Json = {}, userId = REP.userId) =>
  portal.call<{ id: string; toEmail: string; message: string }>(
    'POST',
    `${PATH}/enrollments?userId=${userId}`,
    {
      contactId,
      sequenceId,
      senderEmail: REP.email,
      ...change,
    },
  );

const enrolment = (contactId: string) => portal.call('GET', `${PATH}/enrollments/contact/${contactId}`);

describe('a sequence', () => {
  it('is listed for a user', async () => {
    const { body } = await portal.call<{ results: Json[] }>('GET', `${PATH}?userId=${REP.userId}&limit=10`);
    expect(body.results).toEqual([expect.objectContaining({ id: sequenceId, name: 'Ninety days' })]);
  });

  it('takes a contact in, and says so of it', async () => {
    const contactId = await portal.contact();
    const reply = await enrol(contactId);
    expect(reply.status).toBe(200);
    expect((await enrolment(contactId)).body).toMatchObject({
      id: reply.body.id,
      toEmail: reply.body.toEmail,
      sequenceId,
      sequenceName: 'Ninety days',
      enrolledBy: String(REP.userId),
      enrolledByEmail: REP.email,
    });
    const { body } = await portal.call<{ properties: Json }>(
      'GET',
      `${CONTACTS}/${contactId}?properties=hs_sequences_is_enrolled,hs_latest_sequence_enrolled`,
    );
    expect(body.properties).toMatchObject({
      hs_sequences_is_enrolled: 'true',
      hs_latest_sequence_enrolled: sequenceId,
    });
  });

  it('refuses a contact that is in one already, until that one has ended', async () => {
    const contactId = await portal.contact();
    await enrol(contactId);
    expect((await enrol(contactId)).status).toBe(400);
    await portal.control('POST', '/sequences/end', { contactId });
    expect((await enrolment(contactId)).status).toBe(404);
    expect((await enrol(contactId)).status).toBe(200);
  });

  it('refuses a contact without an e-mail address', async () => {
    const made = await portal.call<{ id: string }>('POST', CONTACTS, { properties: { firstname: 'Ada' } });
    const reply = await enrol(made.body.id);
    expect(reply.status).toBe(400);
    expect(reply.body.message).toContain('no email address');
  });

  it('refuses a contact that has unsubscribed from everything', async () => {
    const contactId = await portal.contact({ email: 'gone@example.com' });
    await portal.call(
      'POST',
      '/communication-preferences/2026-09/statuses/gone@example.com/unsubscribe-all?channel=EMAIL',
    );
    expect((await enrol(contactId)).status).toBe(400);
  });

  it.each([
    {
      title: 'a user without a seat',
      userId: GUEST.userId,
      change: { senderEmail: GUEST.email },
      status: 403,
    },
    { title: 'a user who does not exist', userId: 9, change: {}, status: 404 },
    {
      title: "another user's inbox",
      userId: REP.userId,
      change: { senderEmail: 'x@example.com' },
      status: 400,
    },
    { title: 'a sequence that does not exist', userId: REP.userId, change: { sequenceId: '1' }, status: 404 },
    { title: 'a contact that does not exist', userId: REP.userId, change: { contactId: '1' }, status: 404 },
  ])('refuses $title', async ({ userId, change, status }) => {
    const contactId = await portal.contact();
    expect((await enrol(contactId, change, userId)).status).toBe(status);
    expect((await enrolment(contactId)).status).toBe(404);
  });

  it('goes with its contact when that is merged', async () => {
    const [one, other] = [await portal.contact(), await portal.contact()];
    await enrol(other);
    const { body } = await portal.call<{ id: string }>('POST', `${CONTACTS}/merge`, {
      primaryObjectId: one,
      objectIdToMerge: other,
    });
    expect((await enrolment(body.id)).status).toBe(200);
  });
});
