import { useMemo, useSyncExternalStore } from 'react';
import type { PageLocation } from '../protocol.ts';

const listeners = new Set<() => void>();
window.addEventListener('popstate', () => listeners.forEach((listener) => listener()));

/** Shows another address of the page without loading it again. */
export const go = (path: string): void => {
  window.history.pushState(null, '', path);
  window.scrollTo(0, 0);
  listeners.forEach((listener) => listener());
};

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => void listeners.delete(listener);
};

type RecordType = 'contacts' | 'leads';

export type Route =
  | { readonly kind: 'list'; readonly type: RecordType }
  | { readonly kind: 'record'; readonly type: RecordType; readonly id: string }
  | { readonly kind: 'board'; readonly type: RecordType }
  | { readonly kind: 'import' }
  | { readonly kind: 'deleted' }
  | { readonly kind: 'workflows'; readonly id: string | undefined }
  | { readonly kind: 'home'; readonly location: PageLocation }
  | { readonly kind: 'settings' };

/** The address as a place in the page; what is unknown is the list of contacts. */
export const toRoute = (pathname: string, search: string): Route => {
  const [, first, ...rest] = pathname.split('/');
  switch (first) {
    case 'board':
      return { kind: 'board', type: rest[0] === 'contacts' ? 'contacts' : 'leads' };
    case 'workflows':
      return { kind: 'workflows', id: rest[0] };
    case 'import':
    case 'deleted':
    case 'settings':
      return { kind: first };
    case 'home':
      return {
        kind: 'home',
        location: { path: `/${rest.join('/')}`, params: Object.fromEntries(new URLSearchParams(search)) },
      };
  }
  const type = first === 'leads' ? 'leads' : 'contacts';
  return rest[0] ? { kind: 'record', type, id: decodeURIComponent(rest[0]) } : { kind: 'list', type };
};

/** Where an app's page has its address. */
export const addressOf = ({ path, params }: PageLocation): string => {
  const query = new URLSearchParams(params).toString();
  return `/home${path === '/' ? '' : `/${path.replace(/^\//, '')}`}${query && `?${query}`}`;
};

export const usePathname = (): string => useSyncExternalStore(subscribe, () => window.location.pathname);

export const useRoute = (): Route => {
  const pathname = usePathname();
  const search = useSyncExternalStore(subscribe, () => window.location.search);
  return useMemo(() => toRoute(pathname, search), [pathname, search]);
};
