import { z } from 'zod';
import type { ZodOpenApiObject, ZodOpenApiOperationObject, ZodOpenApiPathsObject } from 'zod-openapi';
import { createDocument } from 'zod-openapi';
import { refusal, signedQuery } from '../../src/contract.ts';
import type { Route } from './route.ts';

type About = { readonly publicUrl: string; readonly routes: readonly Route[] };

/** The API as an OpenAPI 3.1 document, made of the same schemas that read the requests. */
export const describeApi = ({ publicUrl, routes }: About): ReturnType<typeof createDocument> =>
  createDocument({
    openapi: '3.1.0',
    info: {
      title: 'MQL rejection loop',
      version: '1',
      description:
        'Called by HubSpot on behalf of a person (hubspot.fetch) or by itself (webhooks). A refusal that a person can cause is an answer: status 200 with ok: false, a kind for programs and a sentence for the person. Everything else that fails has another status and the same body.',
    },
    servers: [{ url: publicUrl }],
    components: {
      securitySchemes: {
        hubspotSignature: {
          type: 'apiKey',
          in: 'header',
          name: 'X-HubSpot-Signature-v3',
          description:
            "HubSpot's request signature, version 3: base64 of HMAC-SHA256 under the app's client secret over method, full address, raw body and the header X-HubSpot-Request-Timestamp (milliseconds since 1970, at most five minutes off). Who asks is taken from the signed query.",
        },
        toolSignature: {
          type: 'apiKey',
          in: 'header',
          name: 'X-MQL-Signature',
          description:
            'Hex of HMAC-SHA256 under the portal’s own secret (settings page, Follow-up, for admins) over `from-tool`, the header X-MQL-Timestamp (milliseconds since 1970, at most five minutes off) and the raw body, with dots between. Our own calls to the tool are signed alike, with `to-tool`.',
        },
        hubspotSignatureV2: {
          type: 'apiKey',
          in: 'header',
          name: 'X-HubSpot-Signature',
          description:
            "HubSpot's request signature, version 2 (X-HubSpot-Signature-Version: v2): hex of SHA-256 over client secret, method, full address and raw body. It has no time; taken from workflow actions only.",
        },
      },
    },
    paths: pathsOf(routes),
  } satisfies ZodOpenApiObject);

const pathsOf = (routes: readonly Route[]): ZodOpenApiPathsObject => {
  const paths: ZodOpenApiPathsObject = {};
  for (const route of routes)
    paths[route.path] = { ...paths[route.path], [route.method]: operationOf(route) };
  return paths;
};

const operationOf = (route: Route): ZodOpenApiOperationObject => {
  const common = { operationId: route.name, summary: route.summary };
  if (route.caller === 'anyone')
    return {
      ...common,
      security: [],
      responses: { '200': { description: 'OK', content: { [route.contentType]: { schema: route.answer } } } },
    };
  const answer = route.caller === 'user' ? z.union([route.answer, refusal]) : route.answer;
  return {
    ...common,
    security: [
      route.caller === 'tool' ? { toolSignature: [] } : { hubspotSignature: [] },
      ...(route.caller === 'workflow' ? [{ hubspotSignatureV2: [] }] : []),
    ],
    ...(route.caller === 'user' && { requestParams: paramsOf(route) }),
    ...(route.body && {
      requestBody: {
        required: true,
        content: { 'application/json': { schema: route.body, example: route.example.body } },
      },
    }),
    responses: {
      '200': { description: 'Carried out, or refused with a sentence.', content: json(answer) },
      '400': {
        description: 'The request does not fit; the sentence names the fields.',
        content: json(refusal),
      },
      '401': {
        description: 'Not signed by HubSpot, not lately, or for nobody we know.',
        content: json(refusal),
      },
      '413': { description: 'The body is larger than 1 MB.', content: json(refusal) },
      '503': { description: 'Try the same request again in a moment.', content: json(refusal) },
    },
  };
};

const paramsOf = (route: Extract<Route, { caller: 'user' }>) => ({
  query: z.object({ ...route.query?.shape, ...signedQuery.shape }),
  ...(route.params && { path: route.params }),
});

const json = (schema: z.ZodType) => ({ 'application/json': { schema } });
