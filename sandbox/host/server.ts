import { readFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import express, { type NextFunction, type Request, type Response } from 'express';
import { built } from './cache.ts';
import { type Account, crmRelay, readAccount, readClock } from './crm-relay.ts';
import { findProject, type FoundExtension, type FoundProject } from './extensions.ts';
import type { FetchOrder, HostConfig, HostUser, ProxyFault } from './protocol.ts';
import { createFetchProxy } from './proxy.ts';

export type HostOptions = {
  /** 0 picks a free port. */
  readonly port: number;
  /** Where the emulated HubSpot API answers. */
  readonly crmUrl: string;
  readonly portalId: number;
  readonly appId: number;
  readonly clientSecret: string;
  /** The backend as HubSpot knows it, and where it really answers on this machine. */
  readonly backend: { readonly publicUrl: string; readonly localUrl: string };
  /** The folder with `hsproject.json`, or one below it. */
  readonly extensionsDir: string;
  /** Which `hsprofile.<profile>.json` gives the extensions their variables. */
  readonly profile?: string;
  /** Who the page starts as; else the first owner of the portal. */
  readonly user?: HostUser;
};

const hostDir = import.meta.dirname;

/**
 * Starts the browser host: builds what has changed (extensions, worker, page), then serves the page.
 *
 * @throws when the page or the worker cannot be built; an extension that cannot be built is named on the page instead
 */
export const startHost = async (
  options: HostOptions,
): Promise<{ url: string; close: () => Promise<void> }> => {
  const project = await findProject(options.extensionsDir, options.profile);
  const [page, worker, bundles] = await Promise.all([
    built({ kind: 'page' }, [path.join(hostDir, 'page'), path.join(hostDir, 'protocol.ts')]),
    built({ kind: 'worker' }, [path.join(hostDir, 'worker'), path.join(hostDir, 'protocol.ts')]),
    buildExtensions(project),
  ]);
  const app = createApp(options, project, { page, worker, bundles });
  const server = app.listen(options.port, '127.0.0.1');
  await new Promise<void>((resolve, reject) => {
    server.once('listening', resolve);
    server.once('error', reject);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
        server.closeAllConnections();
      }),
  };
};

type Bundle = { readonly extension: FoundExtension } & (
  { readonly dir: string } | { readonly problem: string }
);
type Built = { readonly page: string; readonly worker: string; readonly bundles: readonly Bundle[] };

const buildExtensions = (project: FoundProject): Promise<Bundle[]> =>
  Promise.all(
    project.extensions.map(async (extension): Promise<Bundle> => {
      const { root, entry } = extension;
      try {
        const dir = await built({ kind: 'extension', root, entry, variables: project.variables }, [root]);
        return { extension, dir };
      } catch (error) {
        return { extension, problem: `${extension.title}: ${(error as Error).message}` };
      }
    }),
  );

/** The addresses of the page; below /home the app's own pages have theirs. */
const PLACES = [
  '/',
  '/contacts',
  '/contacts/:id',
  '/leads',
  '/leads/:id',
  '/board',
  '/board/contacts',
  '/import',
  '/deleted',
  '/workflows',
  '/workflows/:id',
  '/home',
  '/home/*path',
  '/settings',
];

const createApp = (options: HostOptions, project: FoundProject, { page, worker, bundles }: Built) => {
  const app = express().disable('x-powered-by');
  let fault: ProxyFault = { kind: 'none' };
  let account: Account | undefined;
  // Read again only when a name is missing: reading costs requests out of the portal's rate limit.
  const accountKnowing = async (userId: number): Promise<Account> => {
    if (!account?.users.some(({ id }) => id === userId)) account = await readAccount(options);
    return account;
  };
  const proxy = createFetchProxy({
    portalId: options.portalId,
    appId: options.appId,
    clientSecret: options.clientSecret,
    backend: {
      publicUrl: options.backend.publicUrl.replace(/\/$/, ''),
      localUrl: options.backend.localUrl.replace(/\/$/, ''),
    },
    permittedFetch: project.permittedFetch,
    now: () => readClock(options.crmUrl),
    fault: () => fault,
  });

  app.use(onlyFromHere, securityHeaders(options));
  app.use('/crm', crmRelay(options));
  app.get('/host/config', async (_req, res) => {
    account = await readAccount(options);
    res.json(configOf(options, project, bundles, account));
  });
  app.get('/host/fault', (_req, res) => {
    res.json(fault);
  });
  app.put('/host/fault', express.json(), (req, res) => {
    fault = req.body as ProxyFault;
    res.json(fault);
  });
  app.post('/host/fetch', express.json({ limit: '8mb' }), async (req, res) => {
    const { order, userId } = req.body as { order: FetchOrder; userId: number };
    const user = (await accountKnowing(userId)).users.find(({ id }) => id === userId);
    if (!user) {
      res.status(400).json({ message: `No user ${userId} in this portal.` });
      return;
    }
    res.json(await proxy(order, user));
  });
  app.get('/host/worker.js', (_req, res) => {
    // The worker's own policy: whatever way an extension finds to the network, the browser refuses it.
    res.set('content-security-policy', "default-src 'none'; script-src 'self'");
    // With a root, because sendFile refuses dot folders such as .data in the path itself.
    res.sendFile('worker.js', { root: worker });
  });
  for (const bundle of bundles)
    if ('dir' in bundle)
      app.use(`/host/bundles/${encodeURIComponent(bundle.extension.uid)}`, express.static(bundle.dir));
  app.use('/assets', express.static(path.join(page, 'assets'), { immutable: true, maxAge: '1y' }));
  app.get(PLACES, async (_req, res) => {
    res.type('html').send(await readFile(path.join(page, 'index.html'), 'utf8'));
  });
  app.use((error: Error, _req: Request, res: Response, next: NextFunction) => {
    if (res.headersSent) {
      next(error);
      return;
    }
    res.status(502).json({ status: 'error', message: error.message });
  });
  return app;
};

const configOf = (
  options: HostOptions,
  project: FoundProject,
  bundles: readonly Bundle[],
  { users, timeZone }: Account,
): HostConfig => {
  return {
    portalId: options.portalId,
    timeZone,
    appId: options.appId,
    appName: project.appName,
    users,
    defaultUserId: (options.user ?? users[0])?.id ?? 0,
    variables: project.variables,
    problems: [
      ...project.problems,
      ...bundles.flatMap((bundle) => ('problem' in bundle ? bundle.problem : [])),
    ],
    extensions: bundles.flatMap((bundle) => {
      if (!('dir' in bundle)) return [];
      const { uid, title, location, displayMode, objectTypeIds, entry } = bundle.extension;
      // The builder names its output after the entry file (`getUrlSafeFileName`).
      const file = encodeURIComponent(`${path.parse(entry).name}.js`);
      return {
        uid,
        title,
        location,
        displayMode,
        objectTypeIds,
        bundleUrl: `/host/bundles/${encodeURIComponent(uid)}/${file}`,
      };
    }),
  };
};

/**
 * The host holds a token for the CRM, so it must not serve other websites that happen to be open in the browser:
 * neither by a request across origins, nor under a name of theirs that resolves to this machine.
 */
const onlyFromHere = (req: Request, res: Response, next: NextFunction): void => {
  const { host, origin } = req.headers;
  const local = /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/.test(host ?? '');
  if (local && (origin === undefined || origin === `http://${host}`)) {
    next();
    return;
  }
  res.status(403).json({ message: 'The sandbox answers only to its own page.' });
};

const securityHeaders =
  ({ backend }: HostOptions) =>
  (_req: Request, res: Response, next: NextFunction): void => {
    const frames = new URL(backend.localUrl).origin;
    res.set({
      'content-security-policy': [
        "default-src 'self'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data:",
        `frame-src ${frames}`,
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "form-action 'none'",
      ].join('; '),
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
    });
    next();
  };
