import { hubspot } from '@hubspot/ui-extensions';
import { HomeTabs } from './home/HomeTabs.tsx';

hubspot.extend<'pages'>(({ context, actions }) => <HomeTabs context={context} actions={actions} />);
