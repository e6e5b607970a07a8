import { createController, RemoteRenderer } from '@remote-ui/react/host';
import { Button, Code, Modal, Skeleton } from '@mantine/core';
import { Component, type ReactNode, useEffect, useMemo, useRef, useState } from 'react';
import type { CrmProperties, HostExtension, IframeModal, PageLocation } from '../../protocol.ts';
import { COMPONENTS } from '../components/map.tsx';
import { useNotify } from '../notices.tsx';
import { addressOf, go } from '../route.ts';
import { useSession } from '../session.tsx';
import { connect, type Connection } from './connect.ts';
import { contextOf, type RecordPlace, type SelectionPlace } from './context.ts';
import { createHostApi } from './host-api.ts';
import { type Overlay, SurfaceContext } from './surface-context.ts';

const controller = createController(COMPONENTS as Parameters<typeof createController>[0]);

type Props = {
  readonly extension: HostExtension;
  readonly record?: RecordPlace;
  /** In place of a record: those that are ticked in a list. */
  readonly selection?: SelectionPlace;
  /** Which of the app's pages is open. */
  readonly location?: PageLocation;
  readonly updates?: RecordUpdates;
};

/** How the extensions of one record page hear of each other's changes. */
export type RecordUpdates = {
  /** Reads the record anew, for `refreshObjectProperties`, and tells every extension that listens. */
  readonly refresh: () => Promise<void>;
  /** Returns what stops listening. */
  readonly listen: (changed: (properties: CrmProperties) => void) => () => void;
};

/** One extension at its place: its worker, and what it draws. A new record or user is a new worker, as a new page is. */
export const ExtensionView = (props: Props) => {
  const { user } = useSession();
  const [round, setRound] = useState(0);
  const key = [props.extension.uid, props.record?.objectId, user.id, round].join('|');
  return <RunningExtension key={key} {...props} restart={() => setRound((before) => before + 1)} />;
};

const FIRST_PAGE: PageLocation = { path: '/', params: {} };

const openPage = (path: string, params: PageLocation['params']): void => go(addressOf({ path, params }));

type Crash = { readonly text: string };
type OpenIframe = { readonly modal: IframeModal; readonly closed: () => void };

const RunningExtension = ({
  extension,
  record,
  selection,
  location = FIRST_PAGE,
  updates,
  restart,
}: Props & { restart: () => void }) => {
  const { config, user } = useSession();
  const notify = useNotify();
  const [connection, setConnection] = useState<Connection>();
  const [mounted, setMounted] = useState(false);
  const [crash, setCrash] = useState<Crash>();
  const [iframe, setIframe] = useState<OpenIframe>();
  const overlays = useRef(new Map<string, Overlay>());

  useEffect(() => {
    const host = createHostApi({
      config,
      user,
      record,
      extension,
      notify,
      crashed: (text) => setCrash({ text }),
      refresh: async () => updates?.refresh(),
      closeOverlay: (id) => overlays.current.get(id)?.close(),
      openIframe: (modal) => new Promise((closed) => setIframe({ modal, closed })),
      navigateToPage: openPage,
    });
    const current = connect(
      extension.bundleUrl,
      contextOf(config, user, extension, record ?? selection),
      location,
      host,
    );
    current.receiver.on('mount', () => setMounted(true));
    setConnection(current);
    const stopListening = updates?.listen(current.propertiesChanged);
    return () => {
      stopListening?.();
      current.end();
    };
    // Everything the worker was started with is in this component's key.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, []);

  useEffect(() => connection?.locationChanged(location), [connection, location]);

  const surface = useMemo(
    () => ({
      id: `${extension.uid}-${record?.objectId ?? 'app'}`,
      overlays: overlays.current,
      navigateToPage: openPage,
    }),
    [extension.uid, record?.objectId],
  );

  if (crash) return <Crashed title={extension.title} text={crash.text} restart={restart} />;
  return (
    <SurfaceContext.Provider value={surface}>
      <DrawingBoundary title={extension.title} restart={restart}>
        <div className="extension" data-extension={extension.uid}>
          {!mounted && <Starting title={extension.title} />}
          {connection && <RemoteRenderer receiver={connection.receiver} controller={controller} />}
        </div>
      </DrawingBoundary>
      <Modal
        opened={iframe !== undefined}
        onClose={() => {
          iframe?.closed();
          setIframe(undefined);
        }}
        title={iframe?.modal.title ?? extension.title}
        size={iframe?.modal.width ?? 'lg'}
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        {iframe && (
          <iframe
            src={iframe.modal.uri}
            title={iframe.modal.title ?? extension.title}
            style={{ width: '100%', height: iframe.modal.height, border: 0 }}
          />
        )}
      </Modal>
    </SurfaceContext.Provider>
  );
};

const Starting = ({ title }: { title: string }) => (
  <div role="status" aria-label={`${title} is starting`}>
    <Skeleton height={14} mb="xs" width="60%" />
    <Skeleton height={14} mb="xs" />
    <Skeleton height={14} width="80%" />
  </div>
);

const Crashed = ({ title, text, restart }: { title: string; text: string; restart: () => void }) => (
  <div className="ext-alert tone-danger" role="alert">
    <div className="crash">
      <strong>{title} has stopped working.</strong>
      <p>Nothing that was saved is lost. The error is below, for whoever wrote the extension.</p>
      <Code block className="crash-text" tabIndex={0}>
        {text}
      </Code>
      <Button size="xs" variant="default" onClick={restart}>
        Start it again
      </Button>
    </div>
  </div>
);

/** Catches what goes wrong while the page draws, such as a property of the wrong type. */
class DrawingBoundary extends Component<
  { readonly title: string; readonly restart: () => void; readonly children: ReactNode },
  { readonly error: Error | undefined }
> {
  override state = { error: undefined as Error | undefined };

  static getDerivedStateFromError(error: Error) {
    return { error };
  }

  override render() {
    const { title, restart, children } = this.props;
    return this.state.error ? (
      <Crashed title={title} text={String(this.state.error)} restart={restart} />
    ) : (
      children
    );
  }
}
