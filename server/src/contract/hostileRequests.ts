import { gzipSync } from 'node:zlib';
import type { Operation } from '../kernel/operation.ts';
import { hostileJson, hostilePieces, hostileTexts } from './hostileValues.ts';
import { pathOf, pathParams, type Sample } from './operations.ts';
import type { Random } from './random.ts';
import type { RawRequest } from './rawHttp.ts';

/** A good call with the credential that opens it: what hostility starts from, so that it gets past the door. */
export interface Victim {
  readonly operation: Operation;
  readonly sample: Sample;
  readonly credential: readonly [string, string];
}

interface Draft {
  method: string;
  target: string;
  headers: [string, string][];
  body: Buffer;
  incomplete: boolean;
}

type Mutate = (draft: Draft, victim: Victim, random: Random) => void;

const latin1 = (text: string) => Buffer.from(text, 'utf8').toString('latin1');
const put = (draft: Draft, name: string, value: string) => {
  draft.headers = [...draft.headers.filter(([other]) => other.toLowerCase() !== name), [name, value]];
};

/** The ways to every value within a value, itself included. */
function waysIn(value: unknown, way: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [way];
  return [way, ...Object.entries(value).flatMap(([key, inner]) => waysIn(inner, [...way, key]))];
}

/** The JSON of a value in which the text of one part is another. */
function jsonWith(value: unknown, [step, ...rest]: readonly string[], fragment: string): string {
  if (step === undefined) return fragment;
  const part = (key: string, inner: unknown) => (key === step ? jsonWith(inner, rest, fragment) : JSON.stringify(inner));
  if (Array.isArray(value)) return `[${value.map((inner, place) => part(String(place), inner)).join(',')}]`;
  return `{${Object.entries(value as object).map(([key, inner]) => `${JSON.stringify(key)}:${part(key, inner)}`).join(',')}}`;
}

const bodyText = ({ sample }: Victim) => JSON.stringify(sample.body ?? {});

const spoilValue: Mutate = (draft, { sample }, random) => {
  const body = sample.body ?? {};
  draft.body = Buffer.from(jsonWith(body, random.pick(waysIn(body)), hostileJson(random)));
};

const addField: Mutate = (draft, victim, random) => {
  const key = JSON.stringify(random.pick([...hostileTexts, 'id', 'tenant_id', 'created_at', 'deleted_at', 'status', 'name']));
  draft.body = Buffer.from(bodyText(victim).replace(/^\{/, `{${key}:${hostileJson(random)}${bodyText(victim) === '{}' ? '' : ','}`));
};

const repeatFirstField: Mutate = (draft, victim) => {
  draft.body = Buffer.from(bodyText(victim).replace(/^\{("(?:[^"\\]|\\.)*"):/, '{$1:null,$1:'));
};

const spoilBytes: Mutate = (draft, victim, random) => {
  const text = bodyText(victim);
  const spoiled: (() => Buffer)[] = [
    () => Buffer.from(text.slice(0, random.below(text.length + 1))),
    () => Buffer.concat([Buffer.from(text), Buffer.from([random.below(256)])]),
    () => Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from(text)]),
    () => Buffer.from(text, 'utf16le'),
    () => Buffer.from(text.replace(/[a-z]/, '\xff'), 'latin1'),
    () => Buffer.from(Array.from({ length: random.below(2000) }, () => random.below(256))),
    () => Buffer.from(text + ' '.repeat(random.pick([1, 1000, 1_048_577]))),
    () => Buffer.alloc(random.pick([1, 100, 1_048_577]), 0),
    () => Buffer.from(`${text}${text}`),
    () => gzipSync(Buffer.alloc(random.pick([100, 5_000_000]), ' ')),
    () => Buffer.from('['.repeat(random.pick([100, 100_000, 900_000]))),
    () => Buffer.from(`{"a":${'9'.repeat(random.pick([1000, 900_000]))}}`),
    () => Buffer.from(`[${'0,'.repeat(random.pick([1000, 250_000]))}0]`),
    () => Buffer.alloc(0),
  ];
  draft.body = random.pick(spoiled)();
};

const spoilParameter: Mutate = (draft, { operation, sample }, random) => {
  const names = pathParams(operation);
  if (names.length === 0) return spoilPath(draft, { operation, sample, credential: ['', ''] }, random);
  const spoiled = random.pick(names);
  const piece = random.percent(60) ? random.pick(hostilePieces) : encodeURIComponent(random.pick(hostileTexts.filter((text) => text.isWellFormed())));
  draft.target = operation.path.replace(/\{(\w+)\}/g, (_, name: string) => (name === spoiled ? piece : encodeURIComponent(sample.params?.[name] ?? '')));
};

const spoilPath: Mutate = (draft, _victim, random) => {
  const [path = '', query] = draft.target.split('?');
  const ways = [
    `${path}/`, `/api${path}`, `${path}${random.pick(hostilePieces)}`, `${path}/${random.pick(hostilePieces)}`, `/${random.pick(hostilePieces)}${path}`, path.toUpperCase(), path.replace('/', '//'), `http://evil.example${path}`,
    `${path}#fragment`, path.replaceAll('/', '\\'), `*`, path.slice(1), `${path}?`, `${path}%3Flimit=1`, `/v1/${'a/'.repeat(200)}`, `${path} x`, `/${'a'.repeat(random.pick([1000, 15_000, 17_000]))}`,
  ];
  draft.target = random.pick(ways) + (query === undefined ? '' : `?${query}`);
};

const cursor = (random: Random) =>
  Buffer.from(`{"o":"${random.pick(['created_at:desc', 'created_at:asc', 'name:asc', 'x'])}","v":${hostileJson(random)},"id":${hostileJson(random)}}`).toString('base64url').slice(0, 1200);

const spoilQuery: Mutate = (draft, { operation, sample }, random) => {
  const known = [...Object.keys(sample.query ?? {}), 'limit', 'skip', 'offset', 'order_by', 'cursor', 'search', 'status', 'tags', 'customer_id', 'from_timestamp', 'include_deleted', 'atomic'];
  const value = () => (random.percent(50) ? encodeURIComponent(random.pick(hostileTexts)) : random.pick(hostilePieces));
  const pair = () => `${random.percent(85) ? random.pick(known) : value()}=${random.percent(15) ? cursor(random) : value()}`;
  const many = random.pick([1, 1, 1, 2, 3, 10, 300]);
  const extra = random.percent(10) ? '&'.repeat(1000) : Array.from({ length: many }, pair).join('&');
  const start = pathOf(operation, sample);
  draft.target = start + (start.includes('?') ? '&' : '?') + extra;
};

const keys: readonly string[] = ['', 'x'.repeat(255), 'x'.repeat(256), 'x'.repeat(10_000), 'a\x00b', 'cl\xe9', '\xff', '\t', ' ', `' or 1=1 --`, '{"a":1}', '\x7f'];

const strangeHeaders: readonly (readonly [string, string])[] = [
  ['expect', '100-continue'], ['expect', 'nonsense'], ['connection', 'upgrade'], ['upgrade', 'websocket'], ['range', 'bytes=0-1'], ['if-match', '"x"'], ['if-none-match', '*'], ['if-modified-since', 'yesterday'],
  ['x-http-method-override', 'DELETE'], ['x-forwarded-for', '127.0.0.1'], ['x-forwarded-host', 'evil.example'], ['x-request-id', 'a\tb'], ['accept', 'application/xml'], ['accept', '*'.repeat(1000)], ['accept-encoding', 'gzip;q=banana'],
  ['accept-version', '9'], ['accept-language', '\xff'], ['cookie', 'a='.repeat(2000)], ['origin', 'null'], ['referer', 'x'.repeat(5000)], ['transfer-encoding', 'gzip'], ['transfer-encoding', 'chunked'], ['content-encoding', 'gzip'],
  ['content-length', '-1'], ['content-length', '1e3'], ['content-length', '99999999999999999999'], ['host', 'evil.example'], ['host', ''], ['te', 'trailers'], ['trailer', 'x'], ['__proto__', 'x'], ['constructor', 'x'], ['x y', 'z'], ['x\x00', 'z'], ['x', 'a\x00b'],
  ['x', '\r\n folded'], ['x'.repeat(5000), 'y'], ['x', 'y'.repeat(17_000)], ['authorization', ''], ['authorization', 'Bearer '], ['authorization', `Bearer ${'a'.repeat(8000)}`], ['authorization', 'Bearer sk_live_\xff'], ['x-admin-secret', '\xff\xfe'],
];

const spoilHeaders: Mutate = (draft, _victim, random) => {
  const ways: (() => void)[] = [
    () => put(draft, 'idempotency-key', random.pick(keys)),
    () => draft.headers.push(['idempotency-key', 'a'], ['Idempotency-Key', 'b']),
    () => put(draft, ...(random.pick(strangeHeaders) as [string, string])),
    () => draft.headers.push(random.pick(strangeHeaders) as [string, string]),
    () => draft.headers.push(...Array.from({ length: random.pick([100, 1500]) }, (_, n): [string, string] => [`h${n}`, 'v'])),
    () => put(draft, 'content-type', random.pick(['', 'text/plain', 'application/json; charset=utf-16', 'application/JSON', 'application/cloudevents+json', 'multipart/form-data', 'application/x-www-form-urlencoded', 'json', '\xff', 'application/json,text/plain', 'application/vnd.api+json;', 'a'.repeat(3000)])),
    () => {
      draft.headers = draft.headers.filter(([name]) => name !== random.pick(['host', 'content-type', 'authorization']));
    },
  ];
  random.pick(ways)();
};

const spoilMethod: Mutate = (draft, _victim, random) => {
  draft.method = random.pick(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS', 'TRACE', 'PROPFIND', 'QUERY', 'FOO', 'get', '', 'G\x00T', 'M-SEARCH', 'X'.repeat(500)]);
};

/** Says another length than it sends: the rest is another request, or is awaited in vain. */
const spoilLength: Mutate = (draft, _victim, random) => {
  const said = Math.max(0, draft.body.length + random.pick([-5, -1, 1, 100, 1_000_000]));
  draft.headers = [...draft.headers, ['content-length', String(said)]];
  draft.incomplete = said > draft.body.length;
};

const sendInChunks: Mutate = (draft, _victim, random) => {
  const ending = random.pick(['0\r\n\r\n', '0\r\n', 'zz\r\n', '-1\r\n', 'ffffffffffffffff\r\n', '0;ext=\x00\r\n\r\n', '']);
  draft.headers = [...draft.headers, ['transfer-encoding', 'chunked']];
  draft.body = Buffer.concat([Buffer.from(`${draft.body.length.toString(16)}\r\n`), draft.body, Buffer.from(`\r\n${ending}`, 'latin1')]);
  draft.incomplete = true;
};

const ofBody: readonly Mutate[] = [spoilValue, spoilValue, spoilValue, spoilValue, addField, repeatFirstField, spoilBytes];
const ofTheRest: readonly Mutate[] = [spoilParameter, spoilParameter, spoilQuery, spoilQuery, spoilHeaders, spoilHeaders, spoilPath, spoilMethod];

/** The next hostile request against one of the operations. */
export function hostileRequest(victim: Victim, random: Random): RawRequest {
  const { operation, sample, credential } = victim;
  const draft: Draft = {
    method: operation.method,
    target: latin1(pathOf(operation, sample)),
    headers: [['host', '127.0.0.1'], ['connection', 'close'], [...credential]],
    body: operation.body === null ? Buffer.alloc(0) : Buffer.from(bodyText(victim)),
    incomplete: false,
  };
  const changes = random.pick([1, 1, 1, 2, 3]);
  for (let n = 0; n < changes; n++) random.pick(operation.method !== 'GET' && random.percent(60) ? ofBody : ofTheRest)(draft, victim, random);
  const has = (name: string) => draft.headers.some(([other]) => other.toLowerCase() === name);
  if (draft.body.length > 0 && !has('content-type') && random.percent(97)) draft.headers.push(['content-type', 'application/json']);
  const chance = random.below(100);
  if (chance < 2) spoilLength(draft, victim, random);
  else if (chance < 4) sendInChunks(draft, victim, random);
  else if (!has('content-length') && !has('transfer-encoding') && (draft.body.length > 0 || operation.method !== 'GET'))
    draft.headers.push(['content-length', String(draft.body.length)]);
  // What promises more than it brings must be hung up on by the sender; what is refused before it was read may be hung up on by the
  // server, and then TCP does not always let the sender see why.
  const hangsUp = draft.incomplete || promisesMore(draft) || draft.body.length > operation.maxBodyBytes;
  return { ...draft, incomplete: hangsUp };
}

function promisesMore({ headers, body, method }: Draft): boolean {
  const lengths = headers.filter(([name]) => name === 'content-length').map(([, value]) => Number(value));
  const chunked = headers.some(([name]) => name === 'transfer-encoding' || name === 'upgrade' || name === 'expect');
  return chunked || lengths.some((length) => length !== body.length) || method === 'CONNECT';
}
