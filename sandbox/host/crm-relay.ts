import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import type { Request, Response } from 'express';
import type { HostUser } from './protocol.ts';

/** HubSpot's date version, spelled as its paths do. */
const VERSION = '2026-09';

type Crm = {
  readonly crmUrl: string;
  readonly portalId: number;
  readonly user?: HostUser;
};

/** The ways of changing records that the page has, as the emulated API's `x-sandbox-actor` names them. */
const WAYS = /^(record|board|bulk|mobile|import; import=\d+)$/;

/** Where nobody has said yet who is using the page. */
const NOBODY_YET = 1;

/**
 * What the page does is done by a person, with the interface token that the sandbox's control plane gives out: it
 * costs nothing of the app's request budget, meets none of its faults, and is written down under the person's name.
 *
 * @throws when the portal does not exist
 */
const authorization = async (
  { crmUrl, portalId, user }: Crm,
  userId: string | undefined,
  way?: string,
): Promise<Record<string, string>> => {
  const response = await fetch(new URL(`/sandbox/portals/${portalId}`, crmUrl));
  if (!response.ok) throw new Error(`The sandbox has no portal ${portalId}.`);
  const { uiToken } = (await response.json()) as { uiToken: string };
  return {
    authorization: `Bearer ${uiToken}`,
    'x-sandbox-actor': `crm-ui; userId=${userId ?? user?.id ?? NOBODY_YET}${way === undefined ? '' : `; via=${way}`}`,
  };
};

/** Of the control plane only what the page needs: the rest gives out tokens. */
const RELAYED =
  /^\/(crm|account-info)\/|^\/sandbox\/(clock|portals\/\d+\/(log|faults|restore|workflow-actions|workflows(\/\d+(\/(runs|enrollments))?)?))$/;

/**
 * Passes the page's requests on to the emulated API and adds the token, so that the browser never holds one.
 * `/crm/<path>` of the host becomes `<path>` of the API.
 */
export const crmRelay =
  (crm: Crm) =>
  async (req: Request, res: Response): Promise<void> => {
    // Judged as it will be asked for: dots and escapes in a path are resolved first.
    const asked = new URL(req.url, crm.crmUrl);
    if (asked.origin !== new URL(crm.crmUrl).origin || !RELAYED.test(asked.pathname)) {
      res.status(403).json({ status: 'error', message: 'The page has no business there.' });
      return;
    }
    const { 'x-sandbox-user': userId, 'x-sandbox-way': way } = req.headers;
    if (way !== undefined && (typeof way !== 'string' || !WAYS.test(way))) {
      res.status(400).json({ status: 'error', message: 'The page knows no such way of changing records.' });
      return;
    }
    const response = await fetch(asked, {
      method: req.method,
      headers: {
        ...(await authorization(
          crm,
          typeof userId === 'string' && /^\d+$/.test(userId) ? userId : undefined,
          way,
        )),
        ...(req.headers['content-type'] && { 'content-type': req.headers['content-type'] }),
      },
      ...(req.method !== 'GET' && req.method !== 'HEAD' && { body: await bodyOf(req) }),
    });
    res.status(response.status).type(response.headers.get('content-type') ?? 'application/json');
    if (!response.body) {
      res.end();
      return;
    }
    await new Promise<void>((resolve) => {
      Readable.fromWeb(response.body as ReadableStream)
        .on('error', () => res.destroy())
        .pipe(res)
        .on('close', resolve);
    });
  };

const bodyOf = async (req: Request): Promise<Buffer<ArrayBuffer>> => {
  const chunks: Buffer[] = [];
  for await (const chunk of req) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
};

/** The sandbox's time in milliseconds since 1970: the machine's clock plus what it was moved by. */
export const readClock = async (crmUrl: string): Promise<number> => {
  const response = await fetch(new URL('/sandbox/clock', crmUrl));
  const { offsetMs } = (await response.json()) as { offsetMs: number };
  return Date.now() + offsetMs;
};

type Owner = {
  readonly id: string;
  readonly email: string | null;
  readonly firstName?: string;
  readonly lastName?: string;
  readonly userId: number | null;
};

export type Account = { readonly users: readonly HostUser[]; readonly timeZone: string };

/**
 * The portal's time zone and the people in it (owners with a user), the starting user first.
 *
 * @throws when the emulated API does not answer, or has no such portal
 */
export const readAccount = async (crm: Crm): Promise<Account> => {
  const get = async (where: string): Promise<unknown> => {
    const response = await fetch(new URL(where, crm.crmUrl), {
      headers: await authorization(crm, undefined),
    });
    if (!response.ok) throw new Error(`The emulated HubSpot API answers ${response.status} to ${where}.`);
    return response.json();
  };
  const [owners, details] = await Promise.all([
    get(`/crm/owners/${VERSION}?limit=500`) as Promise<{ results: readonly Owner[] }>,
    get(`/account-info/${VERSION}/details`) as Promise<{ timeZone: string }>,
  ]);
  const users = owners.results.flatMap(toUser);
  const start = crm.user;
  const known = start && users.some(({ id }) => id === start.id);
  return { users: start && !known ? [start, ...users] : users, timeZone: details.timeZone };
};

const toUser = (owner: Owner): HostUser[] =>
  owner.userId === null || owner.userId === undefined
    ? []
    : [
        {
          id: owner.userId,
          ownerId: owner.id,
          email: owner.email ?? '',
          firstName: owner.firstName ?? '',
          lastName: owner.lastName ?? '',
        },
      ];
