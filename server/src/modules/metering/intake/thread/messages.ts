import type { Encoded } from '../../../../kernel/operation.ts';
import type { FieldError, ProblemStatus } from '../../../../kernel/problem.ts';
import type { Scope } from '../../../../kernel/scope.ts';
import type { Answered } from '../ingestEvents.ts';
import type { SentBody } from '../takeBody.ts';

/** What the thread is started with. */
export interface ThreadData {
  /** Of the database, as its owner: the roles are taken on. */
  readonly url: string;
}

/** A scope as it can be sent. */
export interface SentScope extends Omit<Scope, 'now'> {
  readonly now: string;
}

export type ToThread =
  | { readonly type: 'take'; readonly call: number; readonly scope: SentScope; readonly sent: SentBody }
  | { readonly type: 'changed'; readonly tenantId: string; readonly subjects: readonly string[] }
  | { readonly type: 'trusts'; readonly isHeard: boolean }
  | { readonly type: 'comesBy'; readonly tenantId: string }
  | { readonly type: 'stop' };

/** A refusal as it can be sent. */
interface SentProblem {
  readonly status: ProblemStatus;
  readonly code: string;
  readonly detail: string;
  readonly errors: readonly FieldError[];
  readonly retryAfterSeconds: number | null;
}

/** How a call ended; an error is one that nobody foresaw, with where it came from. */
export type Outcome =
  | { readonly answer: { readonly status: Encoded['status']; readonly body: Uint8Array } }
  | { readonly problem: SentProblem }
  | { readonly error: string };

export type FromThread =
  | { readonly type: 'done'; readonly call: number; readonly outcome: Outcome }
  | { readonly type: 'answered'; readonly answered: Answered }
  | { readonly type: 'lost'; readonly error: string };
