import { createContext, useContext, useId } from 'react';

export type Overlay = { readonly open: () => void; readonly close: () => void };

/** What the drawn components of one extension share. */
export type Surface = {
  /** Prefix for names that must be unique in the page (radio groups of two cards). */
  readonly id: string;
  readonly overlays: Map<string, Overlay>;
  readonly navigateToPage: (to: string, params: Readonly<Record<string, string>>) => void;
};

export const SurfaceContext = createContext<Surface | null>(null);

/** @throws outside of an extension's surface */
export const useSurface = (): Surface => {
  const surface = useContext(SurfaceContext);
  if (!surface) throw new Error('Drawn outside of an extension.');
  return surface;
};

/** A name that no other card of the page uses. */
export const useOwnName = (name: string | undefined): string => {
  const id = useId();
  const surface = useSurface();
  return name ? `${surface.id}:${name}` : id;
};

/** Event as it is handed to handlers of the SDK (`ExtensionEvent`). */
export const toExtensionEvent = (event: { type: string; bubbles: boolean; timeStamp: number }) => ({
  type: event.type,
  bubbles: event.bubbles,
  timeStamp: event.timeStamp,
  id: crypto.randomUUID(),
});

/** The second argument of event handlers (`Reactions` of the SDK). */
export const reactionsOf = ({ overlays }: Surface) => {
  const open = (id: string): void => overlays.get(id)?.open();
  const close = (id: string): void => overlays.get(id)?.close();
  return { openPanel: open, closePanel: close, openModal: open, closeModal: close };
};
