/** Every way in which a request can fail, with what the caller reads and whether asking again can help. */

type Failure = {
  readonly status: number;
  /** Whether the same request can succeed later. */
  readonly retry: boolean;
  /** What the caller reads: what is wrong, and what to do about it. */
  readonly sentence: string;
};

export const FAILURES = {
  'signature-missing': {
    status: 401,
    retry: false,
    sentence:
      'This address answers HubSpot only: the request carries no signature. Call it with hubspot.fetch from the card.',
  },
  'signature-forged': {
    status: 401,
    retry: false,
    sentence:
      "The signature does not belong to this request. Verify that HUBSPOT_CLIENT_SECRETS holds the app's client secret and that PUBLIC_URL is the address HubSpot calls.",
  },
  'signature-stale': {
    status: 401,
    retry: false,
    sentence:
      "The request was signed more than five minutes ago. Send it anew, and verify this server's clock.",
  },
  'signature-future': {
    status: 401,
    retry: false,
    sentence: "The request was signed more than five minutes in the future. Verify this server's clock.",
  },
  'timestamp-invalid': {
    status: 401,
    retry: false,
    sentence: 'The time of the signature is not a whole number of milliseconds.',
  },
  'identity-unclear': {
    status: 401,
    retry: false,
    sentence: 'The signed address must say once which portal and which user are asking.',
  },
  'app-unknown': {
    status: 401,
    retry: false,
    sentence: 'The request comes from another HubSpot app. Verify HUBSPOT_APP_ID.',
  },
  'portal-unknown': {
    status: 401,
    retry: false,
    sentence: 'This HubSpot account is not connected. Ask an admin to connect it (HUBSPOT_PRIVATE_APPS).',
  },
  'address-invalid': { status: 400, retry: false, sentence: 'The address cannot be read.' },
  'body-unexpected': { status: 400, retry: false, sentence: 'This request takes no body.' },
  'body-too-large': { status: 413, retry: false, sentence: 'The body is larger than 1 MB.' },
  'body-not-json-type': {
    status: 415,
    retry: false,
    sentence: 'Send the body as application/json in UTF-8, uncompressed.',
  },
  'body-not-utf8': { status: 400, retry: false, sentence: 'The body is not valid UTF-8.' },
  'body-not-json': { status: 400, retry: false, sentence: 'The body is not valid JSON.' },
  'body-cut-off': { status: 400, retry: true, sentence: 'The body ended before its end.' },
  'body-invalid': { status: 400, retry: false, sentence: 'The body does not fit.' },
  'query-invalid': { status: 400, retry: false, sentence: 'The query does not fit.' },
  'not-found': { status: 404, retry: false, sentence: 'There is nothing at this address.' },
  'method-unknown': { status: 405, retry: false, sentence: 'This address does not know that method.' },
  'store-unavailable': {
    status: 503,
    retry: true,
    sentence:
      'Our database does not answer just now. Try again in a moment: a click that is sent twice counts once.',
  },
  'workflow-too-early': {
    status: 503,
    retry: true,
    sentence: 'This cannot be answered just now. HubSpot calls again by itself, for up to three days.',
  },
  stopping: { status: 503, retry: true, sentence: 'The server is restarting. Try again in a moment.' },
  internal: {
    status: 500,
    retry: false,
    sentence:
      'Something went wrong on our side. It has been noted; reload the record to see what was stored.',
  },
} as const satisfies Readonly<Record<string, Failure>>;

export type FailureKind = keyof typeof FAILURES;

/** The one thing the routes throw. `message` is for the log; what the caller reads is in the table. */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly kind: FailureKind;
  /** Added to the table's sentence, e.g. the fields that do not fit. */
  readonly detail: string | null;
  /** Headers of the answer, e.g. `Allow`. */
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    kind: FailureKind,
    more: { detail?: string; headers?: Readonly<Record<string, string>>; cause?: unknown } = {},
  ) {
    super(kind, 'cause' in more ? { cause: more.cause } : undefined);
    this.kind = kind;
    this.detail = more.detail ?? null;
    this.headers = more.headers ?? {};
  }

  get status(): number {
    return FAILURES[this.kind].status;
  }

  get retry(): boolean {
    return FAILURES[this.kind].retry;
  }

  /** The answer's body, in the shape of a business refusal, so that a caller reads one shape only. */
  toAnswer(): { ok: false; kind: FailureKind; sentence: string; retry: boolean } {
    const { sentence, retry } = FAILURES[this.kind];
    return { ok: false, kind: this.kind, sentence: [sentence, this.detail].filter(Boolean).join(' '), retry };
  }
}

/**
 * Any thrown thing as an AppError. What express and its body reader throw is known by `type` and `status`; what comes
 * from below knows by its own `retry` whether asking again can help.
 */
export const toAppError = (thrown: unknown): AppError => {
  if (thrown instanceof AppError) return thrown;
  const { type, status } = shapeOf(thrown);
  // The names are those of body-parser's documentation, section "Errors".
  if (type === 'entity.too.large')
    return new AppError('body-too-large', { headers: { connection: 'close' } });
  if (type === 'encoding.unsupported') return new AppError('body-not-json-type');
  if (type === 'request.aborted' || type === 'request.size.invalid')
    return new AppError('body-cut-off', { cause: thrown });
  if (status === 400 && thrown instanceof URIError) return new AppError('address-invalid');
  return new AppError(canBeRetried(thrown) ? 'store-unavailable' : 'internal', { cause: thrown });
};

const shapeOf = (thrown: unknown): { type?: unknown; status?: unknown; retry?: unknown; cause?: unknown } =>
  typeof thrown === 'object' && thrown !== null ? thrown : {};

const canBeRetried = (thrown: unknown): boolean => {
  const { retry, cause } = shapeOf(thrown);
  if (typeof retry === 'boolean') return retry;
  return cause !== undefined && canBeRetried(cause);
};
