import { hubspot } from '@hubspot/ui-extensions';
import { BulkReject } from './bulk/BulkReject.tsx';

hubspot.extend<'crm.bulkActions'>(({ context, actions }) => (
  <BulkReject context={context} actions={actions} />
));
