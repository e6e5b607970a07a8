import { z } from 'zod';
import {
  DEFINITION_CONTENT,
  definitionKind,
  draftRequest,
  settingsAnswer,
  settingsRequest,
  settingsView,
  signRequest,
} from '../../src/contract/settings.ts';
import { AppError } from './errors.ts';
import type { Asked, UserRoute } from './route.ts';
import { readBody } from './route.ts';

const params = z.object({ kind: definitionKind.describe('which definition') });

const kindOf = ({ params: given }: Asked): z.infer<typeof definitionKind> => {
  const read = params.safeParse(given);
  if (!read.success) throw new AppError('not-found');
  return read.data.kind;
};

const viewRoute: UserRoute = {
  caller: 'user',
  method: 'get',
  path: '/v1/settings',
  name: 'viewSettings',
  summary: 'The settings in force, what can be chosen, what this user may do, and the versions so far.',
  answer: settingsView,
  example: { path: '/v1/settings' },
  run: (flows, identity) => flows.viewSettings(identity),
};

const saveRoute: UserRoute = {
  caller: 'user',
  method: 'post',
  path: '/v1/settings',
  name: 'saveSettings',
  summary:
    'Saves one section as the next version. Refused beside the field that is wrong, and where somebody saved meanwhile.',
  body: settingsRequest,
  answer: settingsAnswer,
  example: {
    path: '/v1/settings',
    body: {
      requestId: '7c2b8f0e-3d4a-4b5c-9d6e-7f8091a2b3c4',
      basedOnVersion: 3,
      section: 'guard',
      value: { mode: 'put-back', rejectedStatuses: ['UNQUALIFIED'], managerAfterDays: 3 },
    },
  },
  run: (flows, identity, { body }) => flows.saveSection(identity, readBody(settingsRequest, body)),
};

const draftRoute: UserRoute = {
  caller: 'user',
  method: 'post',
  path: '/v1/definitions/{kind}/draft',
  name: 'draftDefinition',
  summary: 'Writes a new draft of a definition. It takes force when sales and marketing have signed it.',
  params,
  body: draftRequest,
  answer: settingsAnswer,
  example: {
    path: '/v1/definitions/mql/draft',
    body: {
      requestId: '8d3c9a1f-4e5b-4c6d-8e7f-8091a2b3c4d5',
      basedOnVersion: 3,
      value: { url: 'https://example.com/mql', text: 'Score 60 or more and a visit within 14 days.' },
    },
  },
  run: (flows, identity, asked) => {
    const kind = kindOf(asked);
    const body = draftRequest.extend({ value: DEFINITION_CONTENT[kind] });
    return flows.draftDefinition(identity, kind, readBody(body, asked.body));
  },
};

const signRoute: UserRoute = {
  caller: 'user',
  method: 'post',
  path: '/v1/definitions/{kind}/sign',
  name: 'signDefinition',
  summary: 'Signs the draft that was read, for sales or for marketing. One user never signs both sides.',
  params,
  body: signRequest,
  answer: settingsAnswer,
  example: {
    path: '/v1/definitions/mql/sign',
    body: { requestId: '9e4d0b20-5f6c-4d7e-9f80-91a2b3c4d5e6', revision: 4, side: 'sales' },
  },
  run: (flows, identity, asked) => {
    const kind = kindOf(asked);
    return flows.signDefinition(identity, kind, readBody(signRequest, asked.body));
  },
};

export const SETTINGS_ROUTES: readonly UserRoute[] = [viewRoute, saveRoute, draftRoute, signRoute];
