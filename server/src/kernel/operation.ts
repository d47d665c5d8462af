import type { Readable } from 'node:stream';
import type { z } from 'zod';
import type { Read, Tx } from './envelope.ts';
import type { Binary } from './http/reply.ts';
import type { ListReply } from './http/page.ts';
import type { Scope } from './scope.ts';

/** Who may call: holders of an API key, the operator with the admin secret, or anybody. */
export type Realm = 'key' | 'admin' | 'public';
type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** "customers:read": a resource family and what may be done with it. */
export type Permission = `${string}:${'read' | 'write'}`;

interface Declaration<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType> {
  /** The operationId: unique, also the SDK's method name. */
  readonly id: string;
  readonly method: Method;
  /** OpenAPI form: /v1/customers/{customer_id}. */
  readonly path: string;
  readonly tag: string;
  readonly summary: string;
  readonly description?: string;
  readonly realm?: Realm;
  readonly permission?: Permission;
  readonly params?: P;
  readonly query?: Q;
  readonly body?: B;
  readonly status?: 200 | 201 | 204;
  /** Refusals beyond the ordinary ones (401, 403, 404, 422), for the reference: code -> when. */
  readonly problems?: Readonly<Record<string, string>>;
  /** The reply shows a secret once: it is kept for replays only encrypted with the caller's own credential. */
  readonly secret?: boolean;
  /** Largest body in bytes, where it is not the ordinary mebibyte. */
  readonly maxBodyBytes?: number;
}

interface Input<P, Q, B> {
  readonly params: P;
  readonly query: Q;
  readonly body: B;
}

/** What an operation answers: one object, a list (with paging), a file, or nothing. */
export type Returns = z.ZodType | { readonly list: z.ZodType } | { readonly file: string } | null;

type Reply<R extends Returns> = R extends z.ZodType
  ? z.output<R>
  : R extends { readonly list: infer I extends z.ZodType }
    ? ListReply<z.output<I>>
    : R extends { readonly file: string }
      ? Binary
      : // biome-ignore lint/suspicious/noConfusingVoidType: a handler that answers nothing is written as one that returns nothing
        void;

type Out<S extends z.ZodType | undefined> = S extends z.ZodType ? z.output<S> : undefined;

interface QueryDeclaration<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType, R extends Returns>
  extends Declaration<P, Q, B> {
  readonly returns: R;
  readonly handle: (context: Input<Out<P>, Out<Q>, Out<B>> & { readonly read: Read }) => Promise<Reply<R>>;
}

interface CommandDeclaration<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType, R extends Returns>
  extends Declaration<P, Q, B> {
  readonly returns: R;
  /** Taken before `handle`, for the length of the transaction: calls that name the same thing wait for each other. */
  readonly lock?: (input: Input<Out<P>, Out<Q>, Out<B>>) => string;
  /** Says why a command that wrote rows emits no event. */
  readonly silent?: string;
  /** False for the few commands whose own key makes a repeat harmless. */
  readonly idempotent?: boolean;
  readonly handle: (context: Input<Out<P>, Out<Q>, Out<B>> & { readonly tx: Tx }) => Promise<Reply<R>>;
}

/** A reply that its operation wrote itself: as text, or as the bytes of it. */
export interface Encoded {
  readonly status: 200 | 201;
  readonly body: string | Uint8Array;
}

/** Room for a request that is being read and worked on. */
export interface Room {
  /** Takes more of it for a body that does not say how large it is; throws Problem where there is no more. */
  grow(bytes: number): void;
  /** Resolves when there is time to read a body of this size, which is whole by then. */
  turn(bytes: number): Promise<void>;
  /** When the request is answered and nobody works on it any more. */
  release(): void;
}

/** Refuses a request before its body is read (throws Problem), or makes room for it; `bytes` is what it says it has. */
export type Admission = (scope: Scope, bytes: number) => Room;

/** Takes a body of more bytes than `above` as it came, to be read elsewhere or later. */
interface Unparsed<Q> {
  readonly above: number;
  readonly handle: (context: { readonly query: Q; readonly bytes: Buffer; readonly scope: Scope }) => Promise<Encoded>;
}

interface DirectDeclaration<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType> extends Declaration<P, Q, B> {
  /** The shape of the reply, which `handle` writes. */
  readonly returns: z.ZodType;
  readonly silent: string;
  readonly admit?: Admission;
  /** The body as it was parsed: the operation judges it itself, and the declared shape describes it. */
  readonly handle: (context: { readonly params: Out<P>; readonly query: Out<Q>; readonly body: unknown; readonly scope: Scope }) => Promise<Encoded>;
  readonly unparsed?: Unparsed<Out<Q>>;
  /** Takes the body line by line (application/x-ndjson), however long it is, and answers lines. */
  readonly handleLines?: (context: { readonly query: Out<Q>; readonly body: Readable; readonly scope: Scope }) => AsyncIterable<string>;
}

/** An operation with its types worn off: what server, OpenAPI document and contract tests iterate over. */
export interface Operation {
  readonly kind: 'query' | 'command' | 'direct';
  readonly id: string;
  readonly method: Method;
  readonly path: string;
  readonly tag: string;
  readonly summary: string;
  readonly description: string | null;
  readonly realm: Realm;
  readonly permission: Permission | null;
  readonly params: z.ZodType | null;
  readonly query: z.ZodType | null;
  readonly body: z.ZodType | null;
  readonly returns: Returns;
  readonly status: 200 | 201 | 204;
  readonly problems: Readonly<Record<string, string>>;
  readonly secret: boolean;
  readonly maxBodyBytes: number;
  readonly idempotent: boolean;
  readonly silent: string | null;
  readonly lock: ((input: Input<never, never, never>) => string) | null;
  readonly handle: (context: never) => Promise<unknown>;
  readonly admit: Admission | null;
  readonly unparsed: Unparsed<never> | null;
  readonly handleLines: ((context: never) => AsyncIterable<string>) | null;
}

function common(
  declaration: Declaration<z.ZodType, z.ZodType, z.ZodType> & { readonly returns: Returns },
): Omit<Operation, 'kind' | 'idempotent' | 'silent' | 'lock' | 'handle' | 'admit' | 'unparsed' | 'handleLines'> {
  const realm = declaration.realm ?? 'key';
  if (realm === 'key' && declaration.permission === undefined)
    throw new Error(`${declaration.id}: an operation behind an API key names its permission.`);
  return {
    id: declaration.id,
    method: declaration.method,
    path: declaration.path,
    tag: declaration.tag,
    summary: declaration.summary,
    description: declaration.description ?? null,
    realm,
    permission: declaration.permission ?? null,
    params: declaration.params ?? null,
    query: declaration.query ?? null,
    body: declaration.body ?? null,
    returns: declaration.returns,
    status: declaration.status ?? (declaration.returns === null ? 204 : 200),
    problems: declaration.problems ?? {},
    secret: declaration.secret ?? false,
    maxBodyBytes: declaration.maxBodyBytes ?? 1_048_576,
  };
}

/** An operation that only reads: its transaction is read-only, and emitting or enqueuing from it does not compile. */
export function query<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType, R extends Returns>(
  declaration: QueryDeclaration<P, Q, B, R>,
): Operation {
  return {
    ...common(declaration),
    kind: 'query',
    idempotent: false,
    silent: null,
    lock: null,
    admit: null,
    unparsed: null,
    handleLines: null,
    handle: declaration.handle as Operation['handle'],
  };
}

/** An operation that writes, in one transaction with its events, jobs and its idempotent reply. */
export function command<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType, R extends Returns>(
  declaration: CommandDeclaration<P, Q, B, R>,
): Operation {
  return {
    ...common(declaration),
    kind: 'command',
    idempotent: declaration.idempotent ?? declaration.method === 'POST',
    silent: declaration.silent ?? null,
    lock: (declaration.lock as Operation['lock']) ?? null,
    admit: null,
    unparsed: null,
    handleLines: null,
    handle: declaration.handle as Operation['handle'],
  };
}

/**
 * An operation on a hot path, which keeps its own transactions and writes its own reply. Its effects must be harmless to repeat: with
 * an idempotency key they are not undone when the reply could not be kept.
 */
export function direct<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType>(declaration: DirectDeclaration<P, Q, B>): Operation {
  return {
    ...common(declaration),
    kind: 'direct',
    idempotent: true,
    silent: declaration.silent,
    lock: null,
    admit: declaration.admit ?? null,
    handle: declaration.handle as Operation['handle'],
    unparsed: (declaration.unparsed as Operation['unparsed']) ?? null,
    handleLines: (declaration.handleLines as Operation['handleLines']) ?? null,
  };
}
