import { readFile } from 'node:fs/promises';
import path from 'node:path';

export type Subscription = {
  readonly subscriptionType: string;
  readonly objectTypeId: string;
  readonly propertyName?: string;
};

type Metafile = {
  readonly config: {
    readonly subscriptions: {
      readonly crmObjects: readonly {
        readonly subscriptionType: string;
        readonly objectType: string;
        readonly propertyName?: string;
        readonly active: boolean;
      }[];
      readonly hubEvents?: readonly { readonly subscriptionType: string; readonly active: boolean }[];
    };
  };
};

const TYPE_IDS: Readonly<Record<string, string>> = { contact: '0-1', lead: '0-136' };

/** Events of the hub that the sandbox sends, with the object type that they are about. */
const HUB_EVENTS: Readonly<Record<string, string>> = { 'contact.privacyDeletion': '0-1' };

/**
 * What the app subscribes to, out of the metafile that is uploaded to HubSpot: the sandbox sends nothing that HubSpot
 * would not send.
 *
 * @param extensionsDir the folder of the app's HubSpot project
 * @throws when the metafile names an object type or an event that the sandbox does not know
 */
export const readSubscriptions = async (extensionsDir: string): Promise<Subscription[]> => {
  const file = path.join(extensionsDir, 'src', 'app', 'webhooks', 'webhooks-hsmeta.json');
  const { crmObjects, hubEvents = [] } = (JSON.parse(await readFile(file, 'utf8')) as Metafile).config
    .subscriptions;
  const ofObjects = crmObjects
    .filter(({ active }) => active)
    .map(({ subscriptionType, objectType, propertyName }) => {
      const objectTypeId = TYPE_IDS[objectType];
      if (objectTypeId === undefined)
        throw new Error(`${file} names ${objectType}, which the sandbox does not know.`);
      return { subscriptionType, objectTypeId, ...(propertyName !== undefined && { propertyName }) };
    });
  const ofHub = hubEvents
    .filter(({ active }) => active)
    .map(({ subscriptionType }) => {
      const objectTypeId = HUB_EVENTS[subscriptionType];
      if (objectTypeId === undefined)
        throw new Error(`${file} names ${subscriptionType}, which the sandbox does not know.`);
      return { subscriptionType, objectTypeId };
    });
  return [...ofObjects, ...ofHub];
};
