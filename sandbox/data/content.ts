/** What a portal is filled with: rows as the control plane's import takes them. */

import { askSandbox } from '../control.ts';

/** Object types by the names that HubSpot's paths use. */
export type ObjectTypeName = 'contacts' | 'companies' | 'leads' | 'tasks' | 'notes';

/** One value that a property had from a moment on. */
export type Version = {
  readonly value: string;
  /** ISO 8601 */
  readonly timestamp: string;
  /** As HubSpot's property history names it: CRM_UI, FORM, AUTOMATION_PLATFORM… */
  readonly sourceType?: string;
  readonly sourceId?: string;
  readonly updatedByUserId?: number;
};

export type RecordRow = {
  readonly id: string;
  /** ISO 8601 */
  readonly createdAt: string;
  /** Values that the record has had since it was made. */
  readonly properties: Readonly<Record<string, string>>;
  /** Values that came later, or changed; oldest first. */
  readonly history?: Readonly<Record<string, readonly Version[]>>;
};

export type AssociationRow = {
  readonly from: { readonly type: ObjectTypeName; readonly id: string };
  readonly to: { readonly type: ObjectTypeName; readonly id: string };
  /** HubSpot's association type id; the unlabelled one where it is left out. */
  readonly typeId?: number;
};

export type OwnerRow = {
  readonly id: string;
  readonly userId: number;
  readonly email: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly createdAt: string;
  readonly teams: readonly { readonly id: string; readonly name: string; readonly primary: boolean }[];
};

export type Content = {
  readonly owners: readonly OwnerRow[];
  readonly objects: Readonly<Partial<Record<ObjectTypeName, readonly RecordRow[]>>>;
  readonly associations: readonly AssociationRow[];
  /**
   * Contacts of which HubSpot tells the app once everything is there: the hand-offs that are still to be answered,
   * and records that the app has seen before. All others it reads when somebody opens them.
   */
  readonly announcedContactIds: readonly string[];
};

/** Association types with a label. Docs: crm-associations-v4 guide, "Association type ID values". */
export const PRIMARY_COMPANY_OF_CONTACT = 1;
export const PRIMARY_CONTACT_OF_LEAD = 578;

/** Rows in one request: large enough to be quick, small enough for a readable error. */
const ROWS_AT_ONCE = 2_000;

/**
 * Fills a portal, then lets HubSpot's webhooks tell the app of the announced contacts.
 *
 * @throws ControlError naming the first row that cannot be read; rows before it stay
 */
export const fillPortal = async (crmUrl: string, portalId: number, content: Content): Promise<void> => {
  const path = `/sandbox/portals/${portalId}/import`;
  await askSandbox(crmUrl, 'POST', path, { owners: content.owners });
  for (const [type, rows] of Object.entries(content.objects))
    for (const part of inParts(rows)) await askSandbox(crmUrl, 'POST', path, { objects: { [type]: part } });
  for (const associations of inParts(content.associations))
    await askSandbox(crmUrl, 'POST', path, { associations });
  for (const ids of inParts(content.announcedContactIds))
    await askSandbox(crmUrl, 'POST', `${path}?webhooks=true`, {
      objects: { contacts: ids.map((id) => ({ id })) },
    });
};

const inParts = <T>(rows: readonly T[]): T[][] => {
  const parts: T[][] = [];
  for (let start = 0; start < rows.length; start += ROWS_AT_ONCE)
    parts.push(rows.slice(start, start + ROWS_AT_ONCE));
  return parts;
};
