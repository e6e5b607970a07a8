import type { ExtensionContext, HostConfig, HostExtension, HostUser } from '../../protocol.ts';

export type RecordPlace = { readonly objectId: string; readonly objectTypeId: string };
/** The records that are ticked in a list. */
export type SelectionPlace = { readonly objectIds: readonly string[]; readonly objectTypeId: string };

/** The context that HubSpot hands to an extension, for this user at this place. */
export const contextOf = (
  config: HostConfig,
  user: HostUser,
  extension: HostExtension,
  place: RecordPlace | SelectionPlace | undefined,
): ExtensionContext => ({
  location: extension.location,
  user: {
    id: user.id,
    email: user.email,
    emails: [user.email],
    firstName: user.firstName,
    lastName: user.lastName,
    roles: [],
    teams: [],
    locale: 'en-us',
    language: 'en',
    permissions: [],
  },
  portal: { id: config.portalId, timezone: config.timeZone },
  ...(place && {
    crm:
      'objectIds' in place
        ? { objectIds: place.objectIds.map(Number), objectTypeId: place.objectTypeId }
        : { objectId: Number(place.objectId), objectTypeId: place.objectTypeId },
  }),
  extension: { appId: config.appId, appName: config.appName, cardTitle: extension.title },
  variables: config.variables,
});
