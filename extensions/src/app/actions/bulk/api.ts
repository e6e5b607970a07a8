import type { BulkAnswer, BulkRequest, ReasonsAnswer } from '@mql-rejection-loop/domain/contract/bulk';
import { call, toBase, type Result } from './call.ts';

export type BulkApi = {
  readonly readReasons: () => Promise<Result<ReasonsAnswer>>;
  readonly reject: (request: BulkRequest) => Promise<Result<BulkAnswer>>;
};

/** The routes that the bulk action calls. */
export function createBulkApi(baseUrl: unknown): BulkApi {
  const base = toBase(baseUrl);
  return {
    readReasons: () => call(base, '/v1/reasons'),
    reject: (request) => call(base, '/v1/bulk-rejections', request),
  };
}
