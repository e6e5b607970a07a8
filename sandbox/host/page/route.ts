import { useSyncExternalStore } from 'react';

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

export type Route =
  | { readonly kind: 'list'; readonly type: 'contacts' | 'leads' }
  | { readonly kind: 'record'; readonly type: 'contacts' | 'leads'; readonly id: string };

/** The address as a place in the page; what is unknown is the list of contacts. */
export const useRoute = (): Route => {
  const path = useSyncExternalStore(subscribe, () => window.location.pathname);
  const [, type, id] = path.split('/');
  const known = type === 'leads' ? 'leads' : 'contacts';
  return id ? { kind: 'record', type: known, id: decodeURIComponent(id) } : { kind: 'list', type: known };
};
