import type {
  ModalBodyProps,
  ModalFooterProps,
  ModalProps,
  PanelBodyProps,
  PanelFooterProps,
  PanelProps,
  PanelSectionProps,
} from '@hubspot/ui-extensions';
import { Drawer, Modal as MantineModal } from '@mantine/core';
import { createContext, type ReactNode, useContext, useEffect, useState } from 'react';
import { useSurface } from '../extension/surface-context.ts';
import { stepOf } from './sizes.ts';

type Slot = { readonly opened: boolean; readonly open: () => void; readonly close: () => void };

const SlotContext = createContext<Slot | null>(null);

/** The open/closed state of a component's `overlay` prop. */
export const useOverlaySlot = (): Slot => {
  const [opened, setOpened] = useState(false);
  return { opened, open: () => setOpened(true), close: () => setOpened(false) };
};

/** Where the `overlay` fragment of a button, link or tag is drawn: outside of the layout, closed at first. */
export const OverlaySlot = ({ slot, children }: { slot: Slot; children: ReactNode }) =>
  children ? <SlotContext.Provider value={slot}>{children}</SlotContext.Provider> : null;

type OverlayProps = {
  readonly id: string;
  readonly onOpen?: (() => void) | undefined;
  readonly onClose?: (() => void) | undefined;
};

/** Registers an overlay under its id, for `actions.closeOverlay(id)` and the handlers' reactions. */
const useOverlay = ({ id, onOpen, onClose }: OverlayProps) => {
  const slot = useContext(SlotContext);
  const [alone, setAlone] = useState(true);
  const { overlays } = useSurface();
  const opened = slot ? slot.opened : alone;
  const setOpened = (open: boolean): void => {
    if (slot) (open ? slot.open : slot.close)();
    else setAlone(open);
  };
  useEffect(() => {
    overlays.set(id, { open: () => setOpened(true), close: () => setOpened(false) });
    return () => void overlays.delete(id);
  });
  useEffect(() => {
    if (!opened) return undefined;
    onOpen?.();
    return () => onClose?.();
    // The handlers change with every render of the extension; only the opening and closing counts.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [opened]);
  return { opened, close: () => setOpened(false) };
};

const WIDTHS = { xs: 'sm', sm: 'md', md: 'lg', lg: 'xl', xl: 'xl' } as const;

export const Modal = ({ id, title, width, variant, onOpen, onClose, children, ...rest }: ModalProps) => {
  const { opened, close } = useOverlay({ id, onOpen, onClose });
  return (
    <MantineModal
      opened={opened}
      onClose={close}
      title={title ?? rest['aria-label']}
      size={WIDTHS[stepOf(width, 'sm')]}
      centered
      closeButtonProps={{ 'aria-label': 'Close' }}
      classNames={{ title: 'overlay-title', header: variant === 'danger' ? 'overlay-danger' : '' }}
    >
      {children}
    </MantineModal>
  );
};

export const ModalBody = ({ children }: ModalBodyProps) => <div className="overlay-body">{children}</div>;
export const ModalFooter = ({ children }: ModalFooterProps) => (
  <div className="overlay-footer">{children}</div>
);

export const Panel = ({ id, title, width, onOpen, onClose, children, ...rest }: PanelProps) => {
  const { opened, close } = useOverlay({ id, onOpen, onClose });
  return (
    <Drawer
      opened={opened}
      onClose={close}
      position="right"
      title={title ?? rest['aria-label']}
      size={WIDTHS[stepOf(width, 'sm')]}
      closeButtonProps={{ 'aria-label': 'Close' }}
      classNames={{ title: 'overlay-title' }}
    >
      {children}
    </Drawer>
  );
};

export const PanelBody = ({ children }: PanelBodyProps) => <div className="overlay-body">{children}</div>;
export const PanelFooter = ({ children }: PanelFooterProps) => (
  <div className="overlay-footer">{children}</div>
);
export const PanelSection = ({ flush, children }: PanelSectionProps) => (
  <section style={{ paddingBottom: flush ? 0 : 16 }}>{children}</section>
);
