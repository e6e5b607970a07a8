import { describe, expect, it } from '@jest/globals';
import { OPERATIONS } from '../../sandbox/crm/operations.ts';
import { checkRequest, checkResponse, isKnown, sdkSize } from './sdkSchemas.ts';

/** Operations that HubSpot documents and the SDK 14.0.1 does not have. */
const BEYOND_THE_SDK = [
  '/account-info/2026-09/',
  '/communication-preferences/2026-09/',
  '/automation/sequences/2026-09',
  '/automation/actions/callbacks/2026-09/',
];

describe('the schemas of the SDK', () => {
  it('are found in every area that the sandbox emulates', () => {
    expect(sdkSize().areas).toBe(18);
    expect(sdkSize().operations).toBeGreaterThan(100);
  });

  it.each(OPERATIONS.map(({ method, path }) => `${method} ${path}`))('know the operation %s', (operation) => {
    const [method = '', template = ''] = operation.split(' ');
    const path = template
      .replace(':objectTypeId', '0-1')
      .replace(/:(fromObjectType|objectType)\b/, 'contacts')
      .replace(':toObjectType', 'leads')
      .replace(/:\w+/g, '17');
    expect(isKnown(method, path)).toBe(!BEYOND_THE_SDK.some((beginning) => template.startsWith(beginning)));
  });

  it('find nothing wrong with good requests', () => {
    expect(
      checkRequest('POST', '/crm/objects/2026-09/contacts/batch/update', {
        inputs: [{ id: '1', properties: { company: '' } }],
      }),
    ).toEqual([]);
    expect(checkRequest('PUT', '/crm/lists/2026-09/7/memberships/add', ['1', '2'])).toEqual([]);
    expect(checkRequest('GET', '/crm/objects/2026-09/leads/5?properties=hs_lead_name', undefined)).toEqual(
      [],
    );
    expect(
      checkRequest('POST', '/crm/associations/2026-09/contacts/leads/batch/read', { inputs: [{ id: '1' }] }),
    ).toEqual([]);
  });

  it.each([
    [
      'a misspelt path',
      'POST',
      '/crm/objects/2026-09/contacts/batch/updates',
      { inputs: [] },
      'no such operation',
    ],
    ['a misspelt field', 'POST', '/crm/lists/2026-09/search', { queri: 'x' }, 'no such field'],
    ['a missing field', 'POST', '/crm/properties/2026-09/contacts', { name: 'x' }, 'missing'],
    [
      'a number for a string',
      'PATCH',
      '/crm/objects/2026-09/contacts/1',
      { properties: { a: 1 } },
      'a string expected',
    ],
    [
      'a value outside its enum',
      'POST',
      '/crm/objects/2026-09/contacts/search',
      { filterGroups: [{ filters: [{ propertyName: 'email', operator: 'IS' }] }] },
      'one of EQ',
    ],
    ['an unknown query parameter', 'GET', '/crm/owners/2026-09?mail=x', undefined, 'no such parameter'],
    ['a missing body', 'PUT', '/crm/lists/2026-09/7/memberships/add', undefined, 'expected'],
  ])('notice %s in a request', (_what, method, path, body, problem) => {
    expect(checkRequest(method, path, body).join('\n')).toContain(problem);
  });

  it.each([
    ['a status outside the documented ones', 'POST', '/crm/lists/2026-09', 201, { list: {} }, 'status 201'],
    ['a missing field', 'GET', '/crm/owners/2026-09/1', 200, { id: '1' }, 'missing'],
    [
      'an error without its category',
      'GET',
      '/crm/owners/2026-09/1',
      404,
      { message: 'x' },
      'category: missing',
    ],
    [
      'a time that is none',
      'GET',
      '/crm/objects/2026-09/contacts/1',
      200,
      { id: '1', properties: {}, createdAt: 'soon', updatedAt: '2026-01-01T00:00:00Z' },
      'a time expected',
    ],
  ])('notice %s in an answer', (_what, method, path, status, body, problem) => {
    expect(checkResponse(method, path, status, body).join('\n')).toContain(problem);
  });
});
