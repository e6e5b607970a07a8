import { Button, NativeSelect } from '@mantine/core';
import { IconAdjustmentsHorizontal, IconFlask } from '@tabler/icons-react';
import { type ReactNode, useEffect, useState } from 'react';
import type { HostConfig } from '../protocol.ts';
import { ask } from './crm.ts';
import { DeletedPage } from './acts/deleted-page.tsx';
import { HomePage, SettingsPage } from './app-pages.tsx';
import { BoardPage } from './board/board-page.tsx';
import { SandboxDrawer } from './drawer/sandbox-drawer.tsx';
import { ImportPage } from './import/import-page.tsx';
import { ErrorView, LoadingView } from './states.tsx';
import { NavLink } from './nav-link.tsx';
import { NoticeProvider } from './notices.tsx';
import { PulseProvider, usePulse } from './pulse.tsx';
import { useReading } from './reading.ts';
import { RecordList } from './record/record-list.tsx';
import { RecordPage } from './record/record-page.tsx';
import { type Route, useRoute } from './route.ts';
import { nameOf, SessionProvider, useSession } from './session.tsx';
import { momentIn } from './moments.ts';
import { RunsPage } from './workflows/runs-page.tsx';
import { WorkflowsPage } from './workflows/workflows-page.tsx';

export const App = () => {
  const { reading, reload } = useReading('config', 0, () => ask<HostConfig>('/host/config'));
  return (
    <>
      <p className="imitation">Sandbox: an imitation of HubSpot. Nothing leaves this machine.</p>
      {reading.status === 'loading' && <LoadingView label="Opening the portal" />}
      {reading.status === 'error' && (
        <ErrorView
          title="The sandbox could not be opened"
          sentence={reading.sentence}
          retry={() => void reload()}
        />
      )}
      {reading.status === 'success' && (
        <SessionProvider config={reading.data}>
          <PulseProvider portalId={reading.data.portalId}>
            <NoticeProvider>
              <Frame>
                <Place />
              </Frame>
            </NoticeProvider>
          </PulseProvider>
        </SessionProvider>
      )}
    </>
  );
};

const Place = () => {
  const route = useRoute();
  const title = titleOf(route);
  useEffect(() => {
    document.title = `${title} · Sandbox`;
  }, [title]);
  switch (route.kind) {
    case 'list':
      return <RecordList key={route.type} type={route.type} />;
    case 'record':
      return <RecordPage key={`${route.type}/${route.id}`} type={route.type} id={route.id} />;
    case 'board':
      return <BoardPage key={route.type} type={route.type} />;
    case 'import':
      return <ImportPage />;
    case 'deleted':
      return <DeletedPage />;
    case 'workflows':
      return route.id === undefined ? <WorkflowsPage /> : <RunsPage key={route.id} id={route.id} />;
    case 'home':
      return <HomePage location={route.location} />;
    case 'settings':
      return <SettingsPage />;
  }
};

const titleOf = (route: Route): string => {
  switch (route.kind) {
    case 'list':
    case 'record':
      return route.type === 'leads' ? 'Leads' : 'Contacts';
    case 'board':
      return 'Board';
    case 'import':
      return 'Import';
    case 'deleted':
      return 'Recently deleted';
    case 'workflows':
      return 'Workflows';
    case 'home':
      return 'App home';
    case 'settings':
      return 'App settings';
  }
};

const Frame = ({ children }: { children: ReactNode }) => {
  const { config, user, setUserId } = useSession();
  const [opened, setOpened] = useState(false);
  return (
    <>
      <header className="frame-header">
        <span className="brand">
          <IconFlask size={20} aria-hidden /> Sandbox
        </span>
        <nav aria-label="Places">
          <NavLink to="/contacts">Contacts</NavLink>
          <NavLink to="/leads">Leads</NavLink>
          <NavLink to="/board">Board</NavLink>
          <NavLink to="/import">Import</NavLink>
          <NavLink to="/workflows">Workflows</NavLink>
          <NavLink to="/deleted">Deleted</NavLink>
          <NavLink to="/home">App home</NavLink>
          <NavLink to="/settings">App settings</NavLink>
        </nav>
        <span className="spacer" />
        <Clock />
        <NativeSelect
          size="xs"
          aria-label="Who am I"
          value={String(user.id)}
          onChange={(event) => setUserId(Number(event.currentTarget.value))}
          data={config.users.map((person) => ({ value: String(person.id), label: `I am ${nameOf(person)}` }))}
        />
        <Button
          size="xs"
          variant="default"
          leftSection={<IconAdjustmentsHorizontal size={16} aria-hidden />}
          onClick={() => setOpened(true)}
        >
          Sandbox
        </Button>
      </header>
      {config.problems.length > 0 && (
        <div className="ext-alert tone-warning problems" role="alert">
          <div>
            <strong>Not everything of the project could be shown.</strong>
            {config.problems.map((problem) => (
              <pre key={problem}>{problem}</pre>
            ))}
          </div>
        </div>
      )}
      <main className="frame-main">{children}</main>
      <SandboxDrawer opened={opened} close={() => setOpened(false)} />
    </>
  );
};

const Clock = () => {
  const { config } = useSession();
  const { offsetMs } = usePulse();
  const [, tick] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => tick((before) => before + 1), 10_000);
    return () => clearInterval(timer);
  }, []);
  return <span className="clock">{momentIn(config.timeZone, Date.now() + offsetMs)}</span>;
};
