import type { UndoAnswer, UndoRequest } from '@mql-rejection-loop/domain/contract';
import type {
  DisputeAnswer,
  DisputeDecisionAnswer,
  DisputeDecisionRequest,
  DisputePage,
  DisputeRequest,
} from '@mql-rejection-loop/domain/contract/disputes';
import type {
  CandidatePage,
  FollowUpAnswer,
  FollowUpPage,
  SuccessorRequest,
} from '@mql-rejection-loop/domain/contract/followUp';
import type {
  EscalationAnswer,
  EscalationPage,
  EscalationRequest,
} from '@mql-rejection-loop/domain/contract/escalations';
import type {
  CoverageView,
  PendingPage,
  ReviewAnswer,
  ReviewPage,
  ReviewRequest,
} from '@mql-rejection-loop/domain/contract/guard';
import type { BatchAnswer, BatchPage, BatchRequest } from '@mql-rejection-loop/domain/contract/queues';
import { call, toBase, type Result } from './call.ts';

export type Filter = { readonly text: string; readonly reason: string };

export type HomeApi = {
  /** @param after `next` of the page before; `null` for the first */
  readonly readBatch: (filter: Filter, after: string | null) => Promise<Result<BatchPage>>;
  readonly decide: (request: BatchRequest) => Promise<Result<BatchAnswer>>;
  /** @param after as for `readBatch` */
  readonly readPending: (after: string | null) => Promise<Result<PendingPage>>;
  readonly readReviews: (after: string | null) => Promise<Result<ReviewPage>>;
  readonly decideReview: (id: string, request: ReviewRequest) => Promise<Result<ReviewAnswer>>;
  readonly readEscalations: () => Promise<Result<EscalationPage>>;
  readonly decideEscalation: (id: string, request: EscalationRequest) => Promise<Result<EscalationAnswer>>;
  /** @param after as for `readBatch` */
  readonly readDisputes: (after: string | null) => Promise<Result<DisputePage>>;
  readonly dispute: (request: DisputeRequest) => Promise<Result<DisputeAnswer>>;
  readonly decideDispute: (request: DisputeDecisionRequest) => Promise<Result<DisputeDecisionAnswer>>;
  readonly readNextSteps: (after: string | null) => Promise<Result<FollowUpPage>>;
  readonly readEnrichments: (after: string | null) => Promise<Result<FollowUpPage>>;
  readonly readRightContacts: (after: string | null) => Promise<Result<FollowUpPage>>;
  /** @param text words to look for; empty for all */
  readonly readCandidates: (answerId: string, text: string) => Promise<Result<CandidatePage>>;
  readonly nameRightContact: (answerId: string, request: SuccessorRequest) => Promise<Result<FollowUpAnswer>>;
  readonly readCoverage: () => Promise<Result<CoverageView>>;
  readonly undo: (answerId: string, request: UndoRequest) => Promise<Result<UndoAnswer>>;
};

/** HubSpot's table draws every row that it is given; half of what the server would send is a page to read. */
const PAGE_ROWS = 50;

const pageOf = (after: string | null): string =>
  new URLSearchParams({ limit: String(PAGE_ROWS), ...(after !== null && { after }) }).toString();

/** The routes that the page calls. */
export function createHomeApi(baseUrl: unknown): HomeApi {
  const base = toBase(baseUrl);
  return {
    readBatch: ({ text, reason }, after) => {
      const query = new URLSearchParams({
        limit: String(PAGE_ROWS),
        ...(text.trim() !== '' && { q: text.trim() }),
        ...(reason !== '' && { reason }),
        ...(after !== null && { after }),
      });
      return call(base, `/v1/queues/weekly_batch?${query.toString()}`);
    },
    readPending: (after) => call(base, `/v1/queues/pending_reasons?${pageOf(after)}`),
    readReviews: (after) => call(base, `/v1/queues/human_review?${pageOf(after)}`),
    decideReview: (id, request) => call(base, `/v1/reviews/${encodeURIComponent(id)}`, request),
    readEscalations: () => call(base, '/v1/queues/escalations'),
    decideEscalation: (id, request) => call(base, `/v1/escalations/${encodeURIComponent(id)}`, request),
    readDisputes: (after) => call(base, `/v1/disputes${after === null ? '' : `?after=${after}`}`),
    dispute: (request) => call(base, '/v1/disputes', request),
    decideDispute: (request) => call(base, '/v1/disputes/decisions', request),
    readNextSteps: (after) => call(base, `/v1/queues/next_steps?${pageOf(after)}`),
    readEnrichments: (after) => call(base, `/v1/queues/enrichment?${pageOf(after)}`),
    readRightContacts: (after) => call(base, `/v1/queues/right_contact?${pageOf(after)}`),
    readCandidates: (answerId, text) => {
      const query = new URLSearchParams(text === '' ? {} : { q: text }).toString();
      const path = `/v1/answers/${encodeURIComponent(answerId)}/candidates`;
      return call(base, query === '' ? path : `${path}?${query}`);
    },
    nameRightContact: (answerId, request) =>
      call(base, `/v1/answers/${encodeURIComponent(answerId)}/right-contact`, request),
    readCoverage: () => call(base, '/v1/coverage'),
    decide: (request) => call(base, '/v1/batch', request),
    undo: (answerId, request) => call(base, `/v1/answers/${encodeURIComponent(answerId)}/undo`, request),
  };
}
