import { hubspot } from '@hubspot/ui-extensions';
import { WeeklyBatch } from './home/WeeklyBatch.tsx';

hubspot.extend<'pages'>(({ context, actions }) => <WeeklyBatch context={context} actions={actions} />);
