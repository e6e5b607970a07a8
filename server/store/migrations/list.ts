/** Every migration, oldest first. Add a file and a row; never change one that has left the building. */

import type { Migration } from 'kysely/migration';
import { createTables } from './0001-tables.ts';
import { keepAnswersAsSent } from './0002-answers-as-sent.ts';
import { plainIndexes } from './0003-plain-indexes.ts';
import { planInItsTransaction } from './0004-plan-in-its-transaction.ts';
import { guard } from './0005-guard.ts';
import { keepRequestAnswers } from './0007-request-answers.ts';
import { batchDecisions } from './0008-batch-decisions.ts';
import { handOffs } from './0009-hand-offs.ts';
import { wakeUps } from './0010-wake-ups.ts';
import { disputes } from './0011-disputes.ts';
import { enrichment } from './0011-enrichment.ts';
import { workflowWaits } from './0011-workflow-waits.ts';
import { merges } from './0012-merges.ts';
import { escalations } from './0015-escalations.ts';

export const MIGRATIONS: readonly (Migration & { readonly name: string })[] = [
  { name: '0001-tables', up: createTables },
  { name: '0002-answers-as-sent', up: keepAnswersAsSent },
  { name: '0003-plain-indexes', up: plainIndexes },
  { name: '0004-plan-in-its-transaction', up: planInItsTransaction },
  { name: '0005-guard', up: guard },
  { name: '0007-request-answers', up: keepRequestAnswers },
  { name: '0008-batch-decisions', up: batchDecisions },
  { name: '0009-hand-offs', up: handOffs },
  { name: '0010-wake-ups', up: wakeUps },
  { name: '0011-disputes', up: disputes },
  { name: '0011-enrichment', up: enrichment },
  { name: '0011-workflow-waits', up: workflowWaits },
  { name: '0012-merges', up: merges },
  { name: '0015-escalations', up: escalations },
];
