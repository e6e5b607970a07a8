import type { ExtensionContext, HostConfig, HostExtension, HostUser } from '../../protocol.ts';

/** The context that HubSpot hands to an extension, for this user at this place. */
export const contextOf = (
  config: HostConfig,
  user: HostUser,
  extension: HostExtension,
  record: { readonly objectId: string; readonly objectTypeId: string } | undefined,
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
  ...(record && { crm: { objectId: Number(record.objectId), objectTypeId: record.objectTypeId } }),
  extension: { appId: config.appId, appName: config.appName, cardTitle: extension.title },
  variables: config.variables,
});
