/**
 * Who makes a change: the app by its token, another app of the portal by its own, a person in the sandbox's pages, or
 * one of the portal's automations.
 *
 * Docs: developers.hubspot.com/docs/api-reference/crm-properties-v3/guide, "sourceType" of versions with history; the
 * names are those of HubSpot's public property histories. A board's card and a record's field are both CRM_UI.
 */

import type { Request } from 'express';
import { HubSpotError } from './errors.ts';
import type { Portal, Source, Token } from './state.ts';

/** What the control plane's import writes, for stories and files of leads. */
export const SANDBOX_IMPORT: Source = { sourceType: 'IMPORT', sourceId: 'sandbox' };

/** What HubSpot's roll-ups write, as histories name it. */
export const ROLL_UP: Source = { sourceType: 'CALCULATED', sourceId: 'RollupProperties' };

/** How a person can change records, and what HubSpot's histories and webhooks call it. */
export const SOURCE_OF_WAY = {
  record: 'CRM_UI',
  board: 'CRM_UI',
  bulk: 'CRM_UI_BULK_ACTION',
  import: 'IMPORT',
  mobile: 'MOBILE_IOS',
} as const satisfies Record<string, string>;

type Way = keyof typeof SOURCE_OF_WAY;

const PERSON = /^crm-ui;\s*userId=(\d+)(?:;\s*via=(\w+))?(?:;\s*import=(\d+))?$/;
const AUTOMATION = /^automation;\s*enrollmentId=(\d+)$/;

/** Imports are numbered; one that names no number is this one. */
const FIRST_IMPORT = '1';

const isWay = (text: string): text is Way => Object.hasOwn(SOURCE_OF_WAY, text);

const readActor = (header: string): Source | undefined => {
  const enrollmentId = AUTOMATION.exec(header)?.[1];
  // What HubSpot writes here names the enrolment and no workflow, and no person.
  if (enrollmentId !== undefined)
    return { sourceType: 'AUTOMATION_PLATFORM', sourceId: `enrollmentId:${enrollmentId}` };
  const [, userId, way = 'record', importId = FIRST_IMPORT] = PERSON.exec(header) ?? [];
  if (userId === undefined || !isWay(way)) return undefined;
  return {
    sourceType: SOURCE_OF_WAY[way],
    sourceId: way === 'import' ? importId : `userId:${userId}`,
    updatedByUserId: Number(userId),
  };
};

const appSource = (portal: Portal, token: Token | undefined): Source => {
  const { appId, appName } = token?.app ?? portal.settings;
  return { sourceType: 'INTEGRATION', sourceId: String(appId), sourceLabel: appName };
};

/**
 * The source of a request's changes.
 *
 * With the portal's interface token a request stands for a person's act or an automation's; the header says whose:
 * `crm-ui; userId=77`, `crm-ui; userId=77; via=bulk`, `crm-ui; userId=77; via=import; import=501`,
 * `automation; enrollmentId=9`.
 *
 * @throws HubSpotError 403 when the header and the token do not belong together
 */
export const sourceOf = (req: Request, portal: Portal, token: Token | 'crm-ui'): Source => {
  const isUi = token === 'crm-ui';
  const header = req.headers['x-sandbox-actor'];
  const actor = typeof header === 'string' ? readActor(header.trim()) : undefined;
  const isRead = req.method === 'GET' && header === undefined;
  if (!isRead && (isUi !== (header !== undefined) || isUi !== (actor !== undefined)))
    throw new HubSpotError({
      status: 403,
      category: 'SANDBOX_ACTOR',
      message:
        "Acts of people and automations need the portal's uiToken and a header `x-sandbox-actor`: " +
        `\`crm-ui; userId=…[; via=${Object.keys(SOURCE_OF_WAY).join('|')}][; import=…]\` or \`automation; enrollmentId=…\`.`,
    });
  return actor ?? appSource(portal, isUi ? undefined : token);
};
