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
    };
  };
};

const TYPE_IDS: Readonly<Record<string, string>> = { contact: '0-1', lead: '0-136' };

/**
 * What the app subscribes to, out of the metafile that is uploaded to HubSpot: the sandbox sends nothing that HubSpot
 * would not send.
 *
 * @param extensionsDir the folder of the app's HubSpot project
 * @throws when the metafile names an object type that the sandbox does not know
 */
export const readSubscriptions = async (extensionsDir: string): Promise<Subscription[]> => {
  const file = path.join(extensionsDir, 'src', 'app', 'webhooks', 'webhooks-hsmeta.json');
  const { config } = JSON.parse(await readFile(file, 'utf8')) as Metafile;
  return config.subscriptions.crmObjects
    .filter(({ active }) => active)
    .map(({ subscriptionType, objectType, propertyName }) => {
      const objectTypeId = TYPE_IDS[objectType];
      if (objectTypeId === undefined)
        throw new Error(`${file} names ${objectType}, which the sandbox does not know.`);
      return { subscriptionType, objectTypeId, ...(propertyName !== undefined && { propertyName }) };
    });
};
