/** Who makes a change: the app by its token, or a person in the sandbox's own pages. */

import type { Request } from 'express';
import { HubSpotError } from './errors.ts';
import type { Portal, Source } from './state.ts';

/**
 * The source of a request's changes.
 *
 * With the portal's interface token a request stands for a person's click; the header says whose:
 * `x-sandbox-actor: crm-ui; userId=77`. HubSpot shows such changes as CRM_UI.
 *
 * @throws HubSpotError 403 when the header and the token do not belong together
 */
export const sourceOf = (req: Request, portal: Portal, isUi: boolean): Source => {
  const header = req.headers['x-sandbox-actor'];
  const userId = typeof header === 'string' ? /^crm-ui;\s*userId=(\d+)$/.exec(header.trim())?.[1] : undefined;
  const isRead = req.method === 'GET' && header === undefined;
  if (!isRead && (isUi !== (header !== undefined) || isUi !== (userId !== undefined)))
    throw new HubSpotError({
      status: 403,
      category: 'SANDBOX_ACTOR',
      message:
        "Changes of a person need the portal's uiToken and the header `x-sandbox-actor: crm-ui; userId=…`.",
    });
  const { appId, appName } = portal.settings;
  if (userId === undefined)
    return { sourceType: 'INTEGRATION', sourceId: String(appId), sourceLabel: appName };
  return { sourceType: 'CRM_UI', sourceId: `userId:${userId}`, updatedByUserId: Number(userId) };
};
