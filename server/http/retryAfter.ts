import { WORKFLOW_ROUTES } from './workflowActions.ts';

const WORKFLOW_PATHS: ReadonlySet<string> = new Set(WORKFLOW_ROUTES.map(({ path }) => path));

/**
 * When a caller may ask again, in seconds. Workflows are told no time: HubSpot's reference of custom actions reads
 * `Retry-After` as milliseconds and HTTP as seconds, and a server in trouble must not be asked again after one of the former.
 * HubSpot's own back-off, at first a minute, is right under both.
 *
 * @param url path and query as they were asked for
 */
export const retryAfterOf = (url: string): Readonly<Record<string, string>> =>
  WORKFLOW_PATHS.has(url.split('?')[0] ?? '') ? {} : { 'Retry-After': '1' };
