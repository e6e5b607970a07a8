import type {
  DefinitionKind,
  DraftRequest,
  SettingsAnswer,
  SettingsToSend,
  SettingsView,
  SignRequest,
} from '@mql-rejection-loop/domain/contract/settings';
import { toBase, call, type Result } from './call.ts';

export type SettingsApi = {
  readonly read: () => Promise<Result<SettingsView>>;
  readonly save: (request: SettingsToSend) => Promise<Result<SettingsAnswer>>;
  readonly draft: (kind: DefinitionKind, request: DraftRequest) => Promise<Result<SettingsAnswer>>;
  readonly sign: (kind: DefinitionKind, request: SignRequest) => Promise<Result<SettingsAnswer>>;
};

/**
 * The server's routes as calls that never throw.
 *
 * @param baseUrl `context.variables.API_BASE_URL` of the uploaded profile
 */
export function createSettingsApi(baseUrl: unknown): SettingsApi {
  const base = toBase(baseUrl);
  return {
    read: () => call(base, '/v1/settings'),
    save: (request) => call(base, '/v1/settings', request),
    draft: (kind, request) => call(base, `/v1/definitions/${kind}/draft`, request),
    sign: (kind, request) => call(base, `/v1/definitions/${kind}/sign`, request),
  };
}
