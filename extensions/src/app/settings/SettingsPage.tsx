import { hubspot } from '@hubspot/ui-extensions';
import { SettingsBody } from './page/SettingsBody.tsx';

hubspot.extend<'settings'>(({ context, actions }) => <SettingsBody context={context} actions={actions} />);
