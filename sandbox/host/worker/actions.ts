import type { Alert, CrmProperties, FetchOrder, FetchOutcome, HostApi, IframeModal } from '../protocol.ts';
import type { CrmReaders } from './crm-readers.ts';

/** The actions of every extension point together (`actions.synced.d.ts` of the SDK). */
export type Actions = {
  readonly addAlert: (alert: Alert) => void;
  readonly reloadPage: () => void;
  readonly fetchCrmObjectProperties: (names: string[] | '*') => Promise<CrmProperties>;
  readonly refreshObjectProperties: () => void;
  readonly onCrmPropertiesUpdate: (
    names: string[] | '*',
    callback: (properties: CrmProperties, error?: { message: string }) => void,
  ) => void;
  readonly openIframeModal: (modal: IframeModal, onClose?: () => void) => void;
  readonly closeOverlay: (id: string) => void;
  readonly copyTextToClipboard: (text: string) => Promise<void>;
  readonly navigateToPage: (options: { to: string; params?: Record<string, string> }) => void;
};

/** The SDK's actions, carried out by the page. */
export const createActions = (host: HostApi, readers: CrmReaders): Actions => ({
  addAlert: (alert) => void host.addAlert(alert),
  reloadPage: () => void host.reloadPage(),
  fetchCrmObjectProperties: (names) => host.readProperties(names),
  refreshObjectProperties: () => void host.refreshObjectProperties(),
  onCrmPropertiesUpdate: (names, callback) => readers.watch(names, callback),
  openIframeModal: (modal, onClose) => void host.openIframeModal(modal).then(onClose),
  closeOverlay: (id) => void host.closeOverlay(id),
  copyTextToClipboard: (text) => host.copyText(text),
  navigateToPage: ({ to, params = {} }) => void host.navigateToPage(to, params),
});

type FetchOptions = {
  readonly method?: string;
  readonly timeout?: number;
  readonly body?: unknown;
  readonly headers?: Headers | Record<string, string>;
};

/** `hubspot.fetch`: the order goes to the signing proxy, and a `Response` comes back. */
export const toHsFetch =
  (host: HostApi) =>
  async (url: string | URL, options: FetchOptions = {}): Promise<Response> => {
    const headers =
      options.headers instanceof Headers ? [...options.headers] : Object.entries(options.headers ?? {});
    const order: FetchOrder = {
      url: String(url),
      method: (options.method ?? 'GET').toUpperCase(),
      headers: Object.fromEntries(headers),
      ...(options.body !== undefined && { body: options.body }),
      ...(options.timeout !== undefined && { timeoutMs: options.timeout }),
    };
    return toResponse(await host.fetch(order));
  };

/** Statuses with which a `Response` must not have a body (Fetch standard, "null body status"). */
const BODILESS = new Set([101, 204, 205, 304]);

/**
 * Takes HubSpot's envelope off: the card sees its backend's own status and body, also when the proxy answered 200
 * with a BAD_GATEWAY inside. What HubSpot's page does here with a failure is not published; this is inferred from
 * what it does with a success.
 */
const toResponse = ({ status, answer }: FetchOutcome): Response => {
  const appStatus = Number(answer.context.appServerStatusCode?.[0] ?? status);
  const failed = answer.status === 'error' && answer.responseBody === undefined;
  const body = answer.context.appServerStatusCode && !failed ? answer.responseBody : answer;
  const empty = body === undefined || BODILESS.has(appStatus);
  return new Response(empty ? null : JSON.stringify(body), {
    status: appStatus,
    headers: { 'content-type': 'application/json' },
  });
};
