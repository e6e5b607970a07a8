// What the three parts of the host (server, page, worker) say to each other. Types only.

/** Who is using the page; becomes `context.user` and the signed `userId` and `userEmail`. */
export type HostUser = {
  readonly id: number;
  readonly ownerId: string | undefined;
  readonly email: string;
  readonly firstName: string;
  readonly lastName: string;
};

/** One extension found through its hsmeta file. */
export type HostExtension = {
  readonly uid: string;
  readonly title: string;
  readonly location: string;
  /** Bulk actions: beside the list, or over it. */
  readonly displayMode: 'PANEL' | 'MODAL';
  readonly objectTypeIds: readonly string[];
  readonly bundleUrl: string;
};

/** `GET /host/config`: all the page needs before it can draw anything. */
export type HostConfig = {
  readonly portalId: number;
  readonly timeZone: string;
  readonly appId: number;
  readonly appName: string;
  readonly users: readonly HostUser[];
  readonly defaultUserId: number;
  readonly variables: Readonly<Record<string, string | number | boolean>>;
  readonly extensions: readonly HostExtension[];
  readonly problems: readonly string[];
};

/** A call of `hubspot.fetch`, on its way from the worker to the signing proxy. */
export type FetchOrder = {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly timeoutMs?: number;
};

/** What the signing proxy answers: HubSpot's own envelope, on success and on failure. */
export type ProxyAnswer = {
  readonly status: 'success' | 'error';
  readonly category?: string;
  readonly message?: string;
  readonly responseBody?: unknown;
  readonly errors?: readonly { readonly message: string }[];
  readonly context: {
    readonly correlationId: readonly string[];
    readonly httpMethod: readonly string[];
    readonly portalId: readonly string[];
    readonly requestUri: readonly string[];
    readonly appServerStatusCode?: readonly string[];
  };
};

/** The proxy's HTTP status and its envelope; the worker makes a `Response` of them. */
export type FetchOutcome = { readonly status: number; readonly answer: ProxyAnswer };

/** The switches for failures at the proxy, between the card and our backend. */
export type ProxyFault =
  | { readonly kind: 'none' }
  | { readonly kind: 'dead' }
  | { readonly kind: 'slow'; readonly seconds: number }
  | { readonly kind: 'status'; readonly status: number }
  | { readonly kind: 'answer-lost' };

/** Which of an app's pages is open, as its page router asks for it. */
export type PageLocation = { readonly path: string; readonly params: Readonly<Record<string, string>> };

export type CrmProperties = Readonly<Record<string, string | null>>;

export type Alert = {
  readonly type?: 'info' | 'warning' | 'success' | 'danger' | 'tip';
  readonly title?: string;
  readonly message: string;
};

export type IframeModal = {
  readonly uri: string;
  readonly width: number;
  readonly height: number;
  readonly title?: string;
};

/** Context as the SDK's `context.synced.d.ts` describes it (`BaseContext` and its kinds). */
export type ExtensionContext = {
  readonly location: string;
  readonly user: {
    readonly id: number;
    readonly email: string;
    readonly emails: readonly string[];
    readonly firstName: string;
    readonly lastName: string;
    readonly roles: readonly string[];
    readonly teams: readonly { id: number; name: string; teammates: number[] }[];
    readonly locale: string;
    readonly language: string;
    readonly permissions: readonly string[];
  };
  readonly portal: { readonly id: number; readonly timezone: string };
  readonly crm?:
    | { readonly objectId: number; readonly objectTypeId: string }
    | { readonly objectIds: readonly number[]; readonly objectTypeId: string };
  readonly extension: { readonly appId: number; readonly appName: string; readonly cardTitle: string };
  readonly variables: Readonly<Record<string, string | number | boolean>>;
};

export type AssociationsRequest = {
  readonly toObjectType: string;
  readonly properties?: readonly string[];
  readonly pageLength?: number;
  readonly offset?: number;
};

export type SearchRequest = {
  readonly objectType: string;
  readonly properties?: readonly string[];
  readonly query?: string;
  readonly filterGroups?: readonly unknown[];
  readonly sorts?: readonly unknown[];
  readonly pageLength?: number;
  readonly after?: string;
};

/** What the page offers to a worker. Every member crosses the thread boundary, so all are asynchronous. */
export type HostApi = {
  readonly fetch: (order: FetchOrder) => Promise<FetchOutcome>;
  readonly log: (level: string, text: string) => Promise<void>;
  readonly crashed: (text: string) => Promise<void>;
  readonly addAlert: (alert: Alert) => Promise<void>;
  readonly reloadPage: () => Promise<void>;
  readonly readProperties: (names: readonly string[] | '*') => Promise<CrmProperties>;
  readonly refreshObjectProperties: () => Promise<void>;
  readonly openIframeModal: (modal: IframeModal) => Promise<void>;
  readonly closeOverlay: (id: string) => Promise<void>;
  readonly copyText: (text: string) => Promise<void>;
  readonly navigateToPage: (to: string, params: Readonly<Record<string, string>>) => Promise<void>;
  readonly readAssociations: (request: AssociationsRequest) => Promise<unknown>;
  readonly search: (request: SearchRequest) => Promise<unknown>;
};
