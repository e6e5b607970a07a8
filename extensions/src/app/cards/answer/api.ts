import type {
  AcceptanceAnswer,
  AcceptanceRequest,
  CardView,
  RecordRef,
  RejectionAnswer,
  RejectionRequest,
  UndoAnswer,
  UndoRequest,
} from '@mql-rejection-loop/domain/contract';
import type { DisputeAnswer, DisputeRequest } from '@mql-rejection-loop/domain/contract/disputes';
import type { EventDateRequest, FollowUpAnswer } from '@mql-rejection-loop/domain/contract/followUp';
import { call, toBase, type Result } from './call.ts';

export type { Problem, Result } from './call.ts';

export type CardApi = {
  readonly readCard: (record: RecordRef) => Promise<Result<CardView>>;
  readonly reject: (request: RejectionRequest) => Promise<Result<RejectionAnswer>>;
  readonly accept: (request: AcceptanceRequest) => Promise<Result<AcceptanceAnswer>>;
  readonly dispute: (request: DisputeRequest) => Promise<Result<DisputeAnswer>>;
  readonly undo: (answerId: string, request: UndoRequest) => Promise<Result<UndoAnswer>>;
  readonly confirmDate: (answerId: string, request: EventDateRequest) => Promise<Result<FollowUpAnswer>>;
};

/**
 * The server's routes as calls that never throw: each gives an answer, a refusal (nothing has changed), or a
 * failure with a sentence.
 *
 * @param baseUrl `context.variables.API_BASE_URL` of the uploaded profile; anything but text is an upload mistake
 */
export function createCardApi(baseUrl: unknown): CardApi {
  const base = toBase(baseUrl);
  return {
    readCard: (record) => call(base, `/v1/card?${new URLSearchParams(record).toString()}`),
    reject: (request) => call(base, '/v1/rejections', request),
    accept: (request) => call(base, '/v1/acceptances', request),
    dispute: (request) => call(base, '/v1/disputes', request),
    confirmDate: (answerId, request) =>
      call(base, `/v1/answers/${encodeURIComponent(answerId)}/event-date`, request),
    undo: (answerId, request) => call(base, `/v1/answers/${encodeURIComponent(answerId)}/undo`, request),
  };
}
