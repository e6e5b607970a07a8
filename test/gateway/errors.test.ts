import { describe, expect, it } from '@jest/globals';
import {
  detailsOf,
  errorBody,
  HUBSPOT_ERRORS,
  HubSpotError,
  kindOfRow,
  kindOfStatus,
  retryAfterOf,
  type HubSpotErrorKind,
} from '../../server/hubspot/errors.ts';

const CALL = { method: 'POST', path: '/crm/objects/2026-09/contacts/batch/update' };

describe('the kind of an error', () => {
  const rows: { status: number; body: object; kind: HubSpotErrorKind }[] = [
    { status: 400, body: { category: 'VALIDATION_ERROR' }, kind: 'validation' },
    { status: 400, body: {}, kind: 'bad-request' },
    { status: 401, body: { category: 'EXPIRED_AUTHENTICATION' }, kind: 'unauthorized' },
    { status: 403, body: { category: 'MISSING_SCOPES' }, kind: 'missing-scopes' },
    { status: 403, body: {}, kind: 'forbidden' },
    { status: 404, body: { category: 'OBJECT_NOT_FOUND' }, kind: 'not-found' },
    { status: 405, body: {}, kind: 'bad-request' },
    { status: 409, body: { category: 'OBJECT_ALREADY_EXISTS' }, kind: 'conflict-exists' },
    { status: 409, body: { category: 'CONFLICT' }, kind: 'conflict' },
    { status: 413, body: {}, kind: 'too-large' },
    { status: 414, body: {}, kind: 'too-large' },
    { status: 423, body: {}, kind: 'locked' },
    { status: 429, body: { policyName: 'SECONDLY' }, kind: 'rate-second' },
    { status: 429, body: { policyName: 'TEN_SECONDLY_ROLLING' }, kind: 'rate-ten-seconds' },
    { status: 429, body: { policyName: 'DAILY' }, kind: 'rate-daily' },
    { status: 429, body: { policyName: 'SOMETHING_NEW' }, kind: 'rate-ten-seconds' },
    { status: 429, body: {}, kind: 'rate-ten-seconds' },
    { status: 477, body: {}, kind: 'migrating' },
    { status: 500, body: {}, kind: 'server-error' },
    { status: 502, body: {}, kind: 'unavailable' },
    { status: 503, body: {}, kind: 'unavailable' },
    { status: 504, body: {}, kind: 'unavailable' },
    { status: 521, body: {}, kind: 'unavailable' },
    { status: 523, body: {}, kind: 'unavailable' },
    { status: 524, body: {}, kind: 'unavailable' },
    { status: 304, body: {}, kind: 'malformed-answer' },
  ];

  it.each(rows)('of status $status with $body is $kind', ({ status, body, kind }) => {
    expect(kindOfStatus(status, errorBody.parse(body))).toBe(kind);
  });

  it('never follows from the text of a message', () => {
    const message = 'You have reached your daily limit. Contact already exists. MISSING_SCOPES';
    const body = errorBody.parse({ message });
    expect([
      kindOfStatus(400, body),
      kindOfStatus(409, body),
      kindOfStatus(429, body),
      kindOfRow(body),
    ]).toEqual(['bad-request', 'conflict', 'rate-ten-seconds', 'bad-request']);
  });

  it('survives an error body in which every field has a strange type', () => {
    const strange = {
      status: 1,
      category: [],
      correlationId: {},
      policyName: 7,
      context: 'x',
      errors: 'many',
    };
    expect(errorBody.safeParse(strange).success).toBe(true);
    expect(detailsOf(CALL, 400, errorBody.parse(strange))).toMatchObject({ category: null, properties: [] });
  });
});

describe('every kind of error', () => {
  const kinds = Object.keys(HUBSPOT_ERRORS) as HubSpotErrorKind[];

  it.each(kinds)('%s says whether and when to try again, in a sentence for people', (kind) => {
    const error = new HubSpotError(kind, detailsOf(CALL, null, {}));
    expect(error.sentence).toMatch(/^[A-Z“].*\.$/);
    expect(error.retry ? error.retryAfterMs : 1).toBeGreaterThan(0);
    if (!error.retry) expect(error.mayHaveHappened).toBe(false);
  });

  it('counts a read as not happened whatever became of it', () => {
    const read = { method: 'POST', path: '/crm/objects/2026-09/contacts/batch/read' };
    expect(new HubSpotError('timeout', detailsOf(read, null, {})).mayHaveHappened).toBe(false);
    expect(new HubSpotError('timeout', detailsOf(CALL, null, {})).mayHaveHappened).toBe(true);
  });
});

describe('what an error tells', () => {
  it('names missing scopes, in the new and in the older spelling', () => {
    const bodies = ['requiredGranularScopes', 'requiredScopes', 'missingScopes'].map((key) =>
      errorBody.parse({ category: 'MISSING_SCOPES', errors: [{ context: { [key]: ['crm.lists.write'] } }] }),
    );
    const sentences = bodies.map(
      (body) => new HubSpotError('missing-scopes', detailsOf(CALL, 403, body)).sentence,
    );
    expect(new Set(sentences)).toEqual(
      new Set(['The app lacks the permission “crm.lists.write”. Ask an admin to authorise it again.']),
    );
  });

  it('quotes no value of a person, neither in the log line nor in the sentence', () => {
    const body = errorBody.parse({
      category: 'VALIDATION_ERROR',
      message: 'ada@example.com is wrong',
      errors: [
        {
          code: 'INVALID_EMAIL',
          message: 'ada@example.com',
          context: { propertyName: ['email'], value: ['ada@example.com'] },
        },
      ],
    });
    const error = new HubSpotError('validation', detailsOf(CALL, 400, body));
    expect(`${error.message} ${error.sentence} ${JSON.stringify(error.details)}`).not.toContain('ada@');
    expect(error.sentence).toContain('“email”');
  });
});

describe('Retry-After', () => {
  it.each([
    { header: '5', ms: 5_000 },
    { header: '86400', ms: 86_400_000 },
    { header: '999999', ms: 86_400_000 },
    { header: null, ms: undefined },
    { header: 'soon', ms: undefined },
    { header: '-1', ms: undefined },
  ])('$header means $ms ms', ({ header, ms }) => {
    expect(retryAfterOf(header)).toBe(ms);
  });
});
