import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/**
 * The names of all components that the installed SDK can send, read from its registry of remote components:
 * what HubSpot adds with a new SDK is known here without an edit.
 *
 * @throws when the SDK's file is not where it was in 0.17, or holds no names any more
 */
export const registeredComponents = async (): Promise<string[]> => {
  const entry = import.meta.resolve('@hubspot/ui-extensions');
  const text = await readFile(
    fileURLToPath(new URL('./shared.synced/remoteComponents.synced.js', entry)),
    'utf8',
  );
  const calls = text.matchAll(/createAndRegisterRemote(?:Compound)?ReactComponent\('([A-Za-z0-9]+)'/g);
  const names = [...new Set([...calls].flatMap(([, name]) => name ?? []))].sort();
  if (!names.length) throw new Error('The SDK registers its components in another way than expected.');
  return names;
};
