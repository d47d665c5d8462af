/** How an operation is sent; the table of all of them is generated. */
export interface Endpoint {
  readonly method: string;
  /** Path names in braces, in the order in which a call gives them. */
  readonly path: string;
  readonly reply: 'json' | 'list' | 'file' | 'none';
  /** Whether a call gives a body after the path names. */
  readonly body?: true;
  /** Whether it takes an Idempotency-Key, which makes a repeat safe. */
  readonly keyed?: true;
  /** `key` unless given: the API key. `admin`: the operator's secret. */
  readonly auth?: 'admin' | 'none';
}

/** What every call may be told beside its own parameters. */
export interface CallOptions<Query = never> {
  readonly query?: Query;
  /** Made for each call unless given: the server does the same key with the same body once and repeats its reply, for 24 hours. */
  readonly idempotencyKey?: string;
  /** For one attempt, in milliseconds; the client's unless given. */
  readonly timeoutMs?: number;
  /** How often at most a call that may be repeated is repeated; the client's unless given. */
  readonly retries?: number;
  /** Ends the call: it rejects with the signal's reason. Whether the server had done it is then not known. */
  readonly signal?: AbortSignal;
}

/** A page of records. */
export interface List<T> {
  readonly data: readonly T[];
  /** How many match the filters; null in a page asked for by `cursor`, which does not count them. */
  readonly total: number | null;
  /** Where the next page begins, as the `cursor` of its query; null at the end, and where no `cursor` was given. */
  readonly next_cursor: string | null;
}
