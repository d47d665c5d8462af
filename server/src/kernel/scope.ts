export type Environment = 'live' | 'sandbox';

/** Who caused a change, as the audit trail names it. */
export interface Actor {
  readonly type: 'api_key' | 'admin' | 'system';
  readonly id: string | null;
}

/** A tenant is one environment of one organization; every tenant-scoped row carries its id. */
export interface Tenant {
  readonly id: string;
  readonly organizationId: string;
  readonly environment: Environment;
}

/** What every request and job knows: whose data, on whose behalf, and what time it is there. */
export interface Scope {
  readonly tenant: Tenant;
  readonly actor: Actor;
  readonly now: Temporal.Instant;
  readonly requestId: string | null;
  /** What the caller was allowed; empty for the system, which asks nobody. */
  readonly scopes: readonly string[];
}
