import type { CrmProperties } from '../../protocol.ts';
import type { RecordUpdates } from '../extension/extension-view.tsx';
import type { FullRecord } from './read-record.ts';

/**
 * What ties the extensions at one record together.
 *
 * @param read reads the record anew; undefined where it could not be read
 */
export const recordUpdates = (read: () => Promise<FullRecord | undefined>): RecordUpdates => {
  const listeners = new Set<(properties: CrmProperties) => void>();
  return {
    refresh: async () => {
      const properties = (await read())?.object.properties;
      if (properties) for (const changed of listeners) changed(properties);
    },
    listen: (changed) => {
      listeners.add(changed);
      return () => void listeners.delete(changed);
    },
  };
};
