/** One refused field: a dotted path ("charges.0.properties.amount"), a stable code and a sentence for people. */
export interface FieldError {
  readonly path: string;
  readonly code: string;
  readonly message: string;
}

const titles = {
  400: 'Bad request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not found',
  405: 'Method not allowed',
  408: 'Request timeout',
  409: 'Conflict',
  413: 'Content too large',
  415: 'Unsupported media type',
  422: 'Unprocessable content',
  429: 'Too many requests',
  431: 'Request header fields too large',
  500: 'Internal error',
  503: 'Service unavailable',
} as const;

export type ProblemStatus = keyof typeof titles;

/** A refusal that reaches the caller as application/problem+json (RFC 9457); thrown anywhere inside an operation. */
export class Problem extends Error {
  readonly status: ProblemStatus;
  readonly code: string;
  readonly errors: readonly FieldError[];
  readonly retryAfterSeconds: number | null;

  constructor(
    status: ProblemStatus,
    code: string,
    detail: string,
    more: { errors?: readonly FieldError[]; retryAfterSeconds?: number } = {},
  ) {
    super(detail);
    this.status = status;
    this.code = code;
    this.errors = more.errors ?? [];
    this.retryAfterSeconds = more.retryAfterSeconds ?? null;
  }

  /** The document sent to the caller. */
  toDocument(requestId: string): Record<string, unknown> {
    return {
      type: `urn:farthing:problem:${this.code}`,
      title: titles[this.status],
      status: this.status,
      detail: this.message,
      code: this.code,
      request_id: requestId,
      errors: this.errors,
    };
  }
}

export const notFound = (what: string): Problem => new Problem(404, 'not_found', `There is no such ${what}.`);

export const conflict = (code: string, detail: string): Problem => new Problem(409, code, detail);

/** 422 that names one field. */
export const invalid = (path: string, code: string, message: string): Problem =>
  new Problem(422, 'validation_failed', message, { errors: [{ path, code, message }] });

/** 422 that names several fields. */
export const invalidFields = (errors: readonly FieldError[]): Problem =>
  new Problem(422, 'validation_failed', errors[0]?.message ?? 'The request is not valid.', { errors });
