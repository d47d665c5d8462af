/** What is wrong with one field of a request. */
export interface FieldProblem {
  /** The field, as in `events.3.data.tokens`. */
  readonly path: string;
  readonly code: string;
  readonly message: string;
}

interface Facts {
  readonly status: number;
  readonly code: string;
  readonly errors?: readonly FieldProblem[];
  readonly requestId?: string | null;
  readonly retryAfterMs?: number | null;
  readonly cause?: unknown;
}

/** A call that did not succeed. The message is the server's sentence for people. */
export class FarthingError extends Error {
  override readonly name = 'FarthingError';
  /** The HTTP status; 0 where no answer came (`code` is then `network`, or `timeout`). */
  readonly status: number;
  /** What went wrong, for programs; stable. `http_<status>` where something before the server answered. */
  readonly code: string;
  /** Each field at fault; empty where it is not about fields. */
  readonly errors: readonly FieldProblem[];
  /** By which the server's log knows the request. */
  readonly requestId: string | null;
  /** How long the server asks to wait, from when its answer came; null where it does not say. */
  readonly retryAfterMs: number | null;

  constructor(detail: string, { status, code, errors = [], requestId = null, retryAfterMs = null, cause }: Facts) {
    super(detail, cause === undefined ? undefined : { cause });
    this.status = status;
    this.code = code;
    this.errors = errors;
    this.requestId = requestId;
    this.retryAfterMs = retryAfterMs;
  }

  get detail(): string {
    return this.message;
  }
}

const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);

/** Reads Retry-After, which is seconds or a date; null where there is none that can be read. */
export function readRetryAfter(header: string | null, now: number): number | null {
  if (header === null) return null;
  if (/^\s*\d+\s*$/.test(header)) return Number(header) * 1000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? null : Math.max(0, at - now);
}

/** The error that a refusal stands for: problem+json, or whatever something before the server made of it. */
export function errorOf(response: Response, body: string, now: number): FarthingError {
  const { status } = response;
  const retryAfterMs = readRetryAfter(response.headers.get('retry-after'), now);
  const problem = readObject(body);
  return new FarthingError(text(problem['detail']) ?? `The server answered ${status}.`, {
    status,
    code: text(problem['code']) ?? `http_${status}`,
    errors: Array.isArray(problem['errors']) ? problem['errors'] : [],
    requestId: text(problem['request_id']) ?? response.headers.get('x-request-id'),
    retryAfterMs,
  });
}

function readObject(body: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}
