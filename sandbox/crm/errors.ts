/**
 * Error bodies as HubSpot sends them.
 * Docs: developers.hubspot.com/docs/api-reference/error-handling; SDK schema lib/codegen/crm/objects/models/ModelError.
 */

export type ErrorDetail = {
  readonly message: string;
  readonly code?: string;
  readonly in?: string;
  readonly subCategory?: string;
  readonly context?: Readonly<Record<string, readonly string[]>>;
};

type ErrorParts = {
  readonly status: number;
  readonly category: string;
  readonly message: string;
  readonly subCategory?: string;
  readonly context?: Readonly<Record<string, readonly string[]>>;
  readonly errors?: readonly ErrorDetail[];
  readonly links?: Readonly<Record<string, string>>;
  /** Fields that only some gateways send (`errorType`, `policyName`). */
  readonly extra?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
};

/** A refusal that becomes an HTTP answer; thrown by operations, caught by the pipeline or by a batch row. */
export class HubSpotError extends Error {
  readonly parts: ErrorParts;
  constructor(parts: ErrorParts) {
    super(parts.message);
    this.name = 'HubSpotError';
    this.parts = parts;
  }
}

export const toErrorBody = ({ parts }: HubSpotError, correlationId: string): Record<string, unknown> => ({
  status: 'error',
  message: parts.message,
  correlationId,
  category: parts.category,
  ...(parts.subCategory !== undefined && { subCategory: parts.subCategory }),
  ...(parts.context && { context: parts.context }),
  ...(parts.errors && { errors: parts.errors }),
  ...(parts.links && { links: parts.links }),
  ...parts.extra,
});

export const validationError = (
  message: string,
  more: Pick<ErrorParts, 'errors' | 'context' | 'subCategory'> = {},
): HubSpotError => new HubSpotError({ status: 400, category: 'VALIDATION_ERROR', message, ...more });

export const notFound = (
  message = 'resource not found',
  more: Pick<ErrorParts, 'context' | 'subCategory'> = {},
): HubSpotError => new HubSpotError({ status: 404, category: 'OBJECT_NOT_FOUND', message, ...more });

export const conflict = (message: string): HubSpotError =>
  new HubSpotError({ status: 409, category: 'CONFLICT', message });

/** One property value that HubSpot refuses; several are reported together in one message. */
export type InvalidValue = { readonly name: string; readonly error: string; readonly message: string };

/**
 * "Property values were not valid", with the list as JSON inside the message and again under `errors`.
 * Docs: developers.hubspot.com/docs/api-reference/crm-contacts-v3/guide
 */
export const invalidProperties = (invalid: readonly InvalidValue[], portalId: number): HubSpotError =>
  validationError(
    `Property values were not valid: ${JSON.stringify(
      invalid.map(({ name, error, message }) => ({
        isValid: false,
        message,
        error,
        name,
        localizedErrorMessage: message,
        portalId,
      })),
    )}`,
    {
      errors: invalid.map(({ name, error, message }) => ({
        message,
        code: error,
        context: { propertyName: [name] },
      })),
    },
  );
