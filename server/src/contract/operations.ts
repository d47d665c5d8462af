import { modulesToDescribe, describeOperations } from '../app.ts';
import type { EventType } from '../kernel/event.ts';
import type { Operation } from '../kernel/operation.ts';
import type { Answer, Call, TestApp } from '../testing/app.ts';

const modules = modulesToDescribe();

/** Every operation of the product: a new one is under the contract from the moment its module is in the list. */
export const operations: readonly Operation[] = modules.flatMap((module) => module.operations ?? []);

/** Every event that is declared, by its name. */
export const declaredEvents: ReadonlyMap<string, EventType> = new Map(
  modules.flatMap((module) => module.events ?? []).map((type) => [type.name, type]),
);

/** The OpenAPI document of the code as it is, read as JSON. */
export const document: Answer['body'] = JSON.parse(describeOperations(modules));

/** What one call of an operation takes. */
export interface Sample {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** Body fields that name a resource although a good call cannot carry them: only strangers' values are tried in them. */
  readonly mentions?: Readonly<Record<string, string>>;
}

/** The path of a call, with its query. */
export function pathOf(operation: Operation, { params = {}, query = {} }: Sample): string {
  const path = operation.path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? ''));
  const search = new URLSearchParams(query).toString();
  return search === '' ? path : `${path}?${search}`;
}

/** Calls an operation with a sample. */
export function send(call: Call, operation: Operation, sample: Sample, headers: Record<string, string> = {}): Promise<Answer> {
  return call(operation.method, pathOf(operation, sample), sample.body, headers);
}

/** Whoever may call an operation of this realm. */
export function callerOf(app: Pick<TestApp, 'admin'>, operation: Operation, withKey: Call): Call {
  return operation.realm === 'admin' ? app.admin : withKey;
}

/** The names of the path's parameters. */
export function pathParams({ path }: Operation): string[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '');
}

/** Whether an operation is a list of the ordinary kind, with pages and order. */
export function isPagedList(operation: Operation): boolean {
  const listed = operation.returns !== null && 'list' in operation.returns;
  return listed && operation.query?.safeParse({ limit: '1', cursor: '' }).success === true;
}

export const isWrite = ({ kind }: Operation): boolean => kind !== 'query';
