/** Whether a signed user may do something, by the settings of the portal. */

import type { Refusal } from '../../src/refusals.ts';
import { mayDo, type RoleAction } from '../../src/roles.ts';
import { findPortal } from '../store/portals.ts';
import type { FlowContext, Identity } from './context.ts';
import { settingsOf } from './settings.ts';

/** Why this user may not, with the names of those who may; `null` where they may. */
export async function mayNot(
  { store }: FlowContext,
  { portalId, userId }: Pick<Identity, 'portalId' | 'userId'>,
  action: RoleAction,
): Promise<Refusal | null> {
  const portal = (await findPortal(store.db, portalId))?.map ?? null;
  const { roles } = await settingsOf(store.db, portalId);
  return mayDo(action, userId, roles, (id) => portal?.userNames[String(id)] ?? `user ${id}`);
}
