import { acceptanceRoute } from './acceptances.ts';
import { BATCH_ROUTES } from './batch.ts';
import { BULK_ROUTES } from './bulk.ts';
import { DISPUTE_ROUTES } from './disputes.ts';
import { ESCALATION_ROUTES } from './escalations.ts';
import { GUARD_ROUTES } from './guard.ts';
import { cardRoute } from './card.ts';
import { enrichmentRoute, FOLLOW_UP_ROUTES } from './followUp.ts';
import { OPERATION_ROUTES } from './operations.ts';
import { rejectionRoute } from './rejections.ts';
import type { Route } from './route.ts';
import { SETTINGS_ROUTES } from './settings.ts';
import { undoRoute } from './undo.ts';
import { webhookRoute } from './webhooks.ts';
import { WORKFLOW_ROUTES } from './workflowActions.ts';

/** Every address of the server. The app and its description at /openapi.json are both made from this list. */
export const ROUTES: readonly Route[] = [
  cardRoute,
  rejectionRoute,
  ...BULK_ROUTES,
  acceptanceRoute,
  undoRoute,
  ...BATCH_ROUTES,
  ...GUARD_ROUTES,
  ...DISPUTE_ROUTES,
  ...ESCALATION_ROUTES,
  ...FOLLOW_UP_ROUTES,
  webhookRoute,
  enrichmentRoute,
  ...WORKFLOW_ROUTES,
  ...SETTINGS_ROUTES,
  ...OPERATION_ROUTES,
];
