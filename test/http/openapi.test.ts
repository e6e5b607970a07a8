import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { ROUTES } from '../../server/http/routes.ts';
import type { StartedApp } from './signedApp.ts';
import { startApp, toolHeaders } from './signedApp.ts';

type Operation = {
  readonly operationId: string;
  readonly summary: string;
  readonly security: readonly Record<string, unknown>[];
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly required?: boolean;
  }[];
  readonly requestBody?: {
    readonly content: Record<string, { readonly schema: object; readonly example: unknown }>;
  };
  readonly responses: Record<string, { readonly content: Record<string, { readonly schema: object }> }>;
};
type Document = {
  readonly openapi: string;
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: {
    readonly securitySchemes: Record<string, { readonly name: string }>;
    readonly schemas?: object;
  };
};

let app: StartedApp;
let document: Document;
beforeAll(async () => {
  app = await startApp();
  document = (await (await fetch(`${app.url}/openapi.json`)).json()) as Document;
});
afterAll(() => app.close());

const operationOf = (path: string, method: string): Operation => {
  const operation = document.paths[path]?.[method];
  if (operation === undefined) throw new Error(`${method} ${path} is not described.`);
  return operation;
};

/** Formats are notes for people in OpenAPI 3.1; what must hold is in patterns and types. */
const accepts = (schema: object, value: unknown): boolean =>
  new Ajv2020({ strict: false, validateFormats: false }).validate(
    { ...schema, components: document.components },
    value,
  );

describe('/openapi.json', () => {
  it('describes every route and nothing else', () => {
    const described = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method} ${path}`),
    );
    expect(described.sort()).toEqual(ROUTES.map(({ method, path }) => `${method} ${path}`).sort());
    expect(document.openapi).toBe('3.1.0');
    expect(new Set(ROUTES.map(({ name }) => name)).size).toBe(ROUTES.length);
  });

  it('says which routes must be signed', () => {
    expect(document.components.securitySchemes.hubspotSignature?.name).toBe('X-HubSpot-Signature-v3');
    for (const { path, method, caller } of ROUTES)
      expect(operationOf(path, method).security).toEqual(
        caller === 'anyone'
          ? []
          : caller === 'tool'
            ? [{ toolSignature: [] }]
            : [{ hubspotSignature: [] }, ...(caller === 'workflow' ? [{ hubspotSignatureV2: [] }] : [])],
      );
  });

  it.each(ROUTES.filter((route) => route.caller !== 'anyone' && route.body))(
    'the example of $name fits its own schema, and a wrong one does not',
    (route) => {
      const media = operationOf(route.path, route.method).requestBody?.content['application/json'];
      expect(accepts(media?.schema ?? {}, media?.example)).toBe(true);
      expect(accepts(media?.schema ?? {}, { nothing: 'of it' })).toBe(false);
      expect(media?.schema).not.toEqual({});
    },
  );

  it.each(ROUTES.flatMap((route) => (route.caller === 'anyone' ? [] : [{ ...route, caller: route.caller }])))(
    'the example of $name is carried out by the app, and the answer fits the description',
    async ({ example, caller, path, method }) => {
      const headers = caller === 'tool' ? toolHeaders(example.body) : {};
      const answer = await app.send({ ...example, headers }, caller === 'user' ? {} : { query: '' });
      expect(answer.status).toBe(200);
      const schema = operationOf(path, method).responses['200']?.content['application/json']?.schema;
      expect(accepts(schema ?? {}, answer.json)).toBe(true);
      expect(accepts(schema ?? {}, { ok: 'perhaps' })).toBe(false);
    },
  );

  it('names the parameters of each person-facing route, the signed ones included', () => {
    const names = operationOf('/v1/card', 'get')
      .parameters?.filter(({ required }) => required)
      .map(({ name }) => name);
    expect(names?.sort()).toEqual(['objectId', 'objectTypeId', 'portalId', 'userId']);
    const undo = operationOf('/v1/answers/{answerId}/undo', 'post').parameters;
    expect(undo).toContainEqual(expect.objectContaining({ name: 'answerId', in: 'path', required: true }));
  });

  it('describes a failure in the shape in which it comes', async () => {
    const failed = await app.send({ path: '/v1/card' });
    const schema = operationOf('/v1/card', 'get').responses['400']?.content['application/json']?.schema;
    expect(accepts(schema ?? {}, failed.json)).toBe(true);
  });
});
