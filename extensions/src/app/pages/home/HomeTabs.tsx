import { Tab, Tabs } from '@hubspot/ui-extensions';
import { useMemo, useState } from 'react';
import { createHomeApi } from './api.ts';
import { CoverageLedger } from './CoverageLedger.tsx';
import { Disputes } from './Disputes.tsx';
import { FollowUpQueue } from './FollowUpQueue.tsx';
import { HumanReview } from './HumanReview.tsx';
import { PendingReasons } from './PendingReasons.tsx';
import { RightContactForm } from './RightContactForm.tsx';
import type { HostActions } from './useBatch.ts';
import { WeeklyBatch } from './WeeklyBatch.tsx';
import { WORDS } from './words.ts';

type Props = {
  readonly context: { readonly variables?: Readonly<Record<string, unknown>> };
  readonly actions: HostActions;
};

/** What waits for marketing operations, a queue in each tab. A tab is looked up when it is shown, and anew each time. */
export function HomeTabs({ context, actions }: Props) {
  const baseUrl = context.variables?.['API_BASE_URL'];
  const api = useMemo(() => createHomeApi(baseUrl), [baseUrl]);
  const [shown, setShown] = useState<string | number>('batch');
  return (
    <Tabs variant="enclosed" selected={shown} onSelectedChange={setShown}>
      <Tab tabId="batch" title={WORDS.title}>
        {shown === 'batch' && <WeeklyBatch context={context} actions={actions} />}
      </Tab>
      <Tab tabId="pending" title={WORDS.pendingTitle}>
        {shown === 'pending' && <PendingReasons api={api} />}
      </Tab>
      <Tab tabId="review" title={WORDS.reviewTitle}>
        {shown === 'review' && <HumanReview api={api} />}
      </Tab>
      <Tab tabId="disputes" title={WORDS.disputesTitle}>
        {shown === 'disputes' && <Disputes api={api} />}
      </Tab>
      <Tab tabId="next-steps" title={WORDS.nextStepsTitle}>
        {shown === 'next-steps' && (
          <FollowUpQueue
            title={WORDS.nextStepsTitle}
            intro={WORDS.nextStepsIntro}
            loading={WORDS.nextStepsLoading}
            read={api.readNextSteps}
          />
        )}
      </Tab>
      <Tab tabId="enrichment" title={WORDS.enrichmentTitle}>
        {shown === 'enrichment' && (
          <FollowUpQueue
            title={WORDS.enrichmentTitle}
            intro={WORDS.enrichmentIntro}
            loading={WORDS.enrichmentLoading}
            read={api.readEnrichments}
          />
        )}
      </Tab>
      <Tab tabId="right-contact" title={WORDS.rightContactTitle}>
        {shown === 'right-contact' && (
          <FollowUpQueue
            title={WORDS.rightContactTitle}
            intro={WORDS.rightContactIntro}
            loading={WORDS.rightContactLoading}
            read={api.readRightContacts}
            act={(row) => <RightContactForm row={row} api={api} />}
          />
        )}
      </Tab>
      <Tab tabId="coverage" title={WORDS.coverageTitle}>
        {shown === 'coverage' && <CoverageLedger api={api} />}
      </Tab>
    </Tabs>
  );
}
