import type { PageLocation } from '../protocol.ts';
import { ExtensionView } from './extension/extension-view.tsx';
import { useSession } from './session.tsx';
import { EmptyView } from './states.tsx';

type Props = {
  readonly title: string;
  readonly locations: readonly string[];
  /** What is said when the project has no such extension. */
  readonly absent: string;
  readonly location?: PageLocation;
};

/** A place that belongs to the app alone: its extension runs over the whole width. */
const AppSurface = ({ title, locations, absent, location }: Props) => {
  const { config } = useSession();
  const extension = config.extensions.find((one) => locations.includes(one.location));
  return (
    <section className="panel" aria-label={title}>
      <h1 className="surface-title">
        {config.appName}: {title.toLowerCase()}
      </h1>
      {extension ? (
        <ExtensionView extension={extension} {...(location && { location })} />
      ) : (
        <EmptyView>{absent}</EmptyView>
      )}
    </section>
  );
};

export const HomePage = ({ location }: { location: PageLocation }) => (
  <AppSurface
    title="Home"
    locations={['pages', 'home']}
    absent="This app has no home page: its project holds no metafile of type page in src/app/pages."
    location={location}
  />
);

export const SettingsPage = () => (
  <AppSurface
    title="Settings"
    locations={['settings']}
    absent="This app has no settings page: its project holds no metafile of type settings in src/app/settings."
  />
);
