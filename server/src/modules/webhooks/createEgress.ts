import { lookup as systemLookup } from 'node:dns/promises';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { LookupFunction, Socket } from 'node:net';
import { type AddressPolicy, addressPolicy } from './addressPolicy.ts';
import { type CallRules, readTarget } from './targetUrl.ts';

// Importing it as a module would load all of `fetch` with it, in every process that starts.
const { Agent: HttpAgent, request: httpRequest } = process.getBuiltinModule('node:http');

const BODY_BYTES = 64 * 1024;
const BODY_CHARACTERS = 1000;
const CONNECT_TIMEOUT_MS = 10_000;

interface ResolvedAddress {
  readonly address: string;
  readonly family: number;
}

export interface EgressOptions {
  /** Blocks of addresses that may be called although they are not public (FARTHING_EGRESS_ALLOW). */
  readonly allow: string;
  /** Limit on the whole call, from the look-up of the name to the end of the answer. */
  readonly timeoutMs: number;
  /** Limit on look-up, connection and TLS together; 10 s, or `timeoutMs` where that is less. */
  readonly connectTimeoutMs?: number;
  /** Looks a name up; the system's resolver where nothing is given. */
  readonly resolve?: (host: string) => Promise<readonly ResolvedAddress[]>;
}

export type EgressFailure = 'refused_address' | 'dns' | 'connect' | 'timeout' | 'redirect' | 'tls' | 'aborted' | 'closed';

export type EgressResult =
  | {
      readonly ok: true;
      readonly status: number;
      /** The first 1,000 characters of the answer, fit to be stored. */
      readonly body: string;
      /** Seconds the receiver asks to be left alone for (Retry-After in its numeric form). */
      readonly retryAfterSeconds: number | null;
    }
  | {
      readonly ok: false;
      readonly reason: EgressFailure;
      /** For people; names no address, so that nobody learns what a name means inside this network. */
      readonly message: string;
      /** The status of the answer, where there was one (redirects). */
      readonly status?: number;
    };

export interface Egress {
  /** Sends one POST. Any final status but a redirect is `ok`; what kept the call from an answer is a reason. Rejects only when a header is none. */
  post(url: string, headers: Readonly<Record<string, string>>, body: string, rules?: CallRules): Promise<EgressResult>;
  /** Why a URL could never be called, or null: for the validation of what users enter. Asks no name server. */
  checkUrl(url: string, rules?: CallRules): string | null;
  /** Ends the calls under way (`closed`) and refuses new ones. */
  close(): void;
}

class RefusedAddress extends Error {}

const nowhere: AddressPolicy = { permits: () => false };

class LookupFailed extends Error {}

/** The look-up that sockets dial by: only permitted addresses come out of it, so a name cannot change its mind in between. */
function guardedLookup(policy: AddressPolicy, resolve: NonNullable<EgressOptions['resolve']>, refusal: string): LookupFunction {
  return (host, options, callback) => {
    const answer = async () => {
      const addresses = await resolve(host).catch((cause: unknown) => {
        throw new LookupFailed('', { cause });
      });
      const permitted = addresses.filter((each) => policy.permits(each.address));
      const [first] = permitted;
      if (first === undefined) throw new RefusedAddress(refusal);
      return { first, permitted };
    };
    answer().then(
      ({ first, permitted }) => {
        if (options.all === true) callback(null, [...permitted]);
        else callback(null, first.address, first.family);
      },
      (error: unknown) => callback(error instanceof Error ? error : new Error(String(error)), ''),
    );
  };
}

const failure = (reason: EgressFailure, message: string): EgressResult => ({ ok: false, reason, message });

const notPublic = 'The host has no address on the public network.';
const notListed = 'Only https URLs can be called here, but for addresses in the allow list; the host has none of those.';

const sentences: Readonly<Record<'dns' | 'connect' | 'tls' | 'aborted', string>> = {
  dns: 'The name of the host could not be looked up',
  connect: 'No connection could be made',
  tls: 'The encrypted connection could not be made',
  aborted: 'The connection ended before the answer was complete',
};

/** What an error means to people, given how far the call had come. */
function describe(phase: 'connect' | 'tls' | 'aborted', error: unknown): EgressResult {
  if (error instanceof RefusedAddress) return failure('refused_address', error.message);
  const [reason, cause] = error instanceof LookupFailed ? (['dns', error.cause] as const) : [phase, error];
  // Messages of system errors carry addresses; their codes do not.
  const code = cause instanceof Error && 'code' in cause ? ` (${String(cause.code)})` : '';
  return failure(reason, `${sentences[reason]}${code}.`);
}

function storable(chunks: readonly Buffer[]): string {
  const text = new TextDecoder().decode(Buffer.concat(chunks));
  return text.slice(0, BODY_CHARACTERS).toWellFormed().replaceAll('\0', '\ufffd');
}

function readRetryAfter(response: IncomingMessage): number | null {
  const value = response.headers['retry-after'];
  return value !== undefined && /^\d{1,9}$/.test(value) ? Number(value) : null;
}

/** Reads the answer as far as it is kept, then settles; what is longer is cut off together with the connection. */
function readResponse(response: IncomingMessage, settle: (result: EgressResult) => void): void {
  const status = response.statusCode ?? 0;
  if (status >= 300 && status < 400) {
    settle({ ok: false, reason: 'redirect', message: `The receiver answered ${status}; redirects are not followed.`, status });
    return;
  }
  const chunks: Buffer[] = [];
  let left = BODY_BYTES;
  const finish = () => settle({ ok: true, status, body: storable(chunks), retryAfterSeconds: readRetryAfter(response) });
  response.on('data', (chunk: Buffer) => {
    chunks.push(chunk.subarray(0, left));
    left -= chunk.length;
    if (left <= 0) finish();
  });
  response.on('end', finish);
  response.on('error', (error) => settle(describe('aborted', error)));
}

interface Calls {
  readonly callMs: number;
  readonly connectMs: number;
  /** How to end each call under way; null once the client is closed. */
  underWay: Set<() => void> | null;
}

const closed = (): EgressResult => failure('closed', 'The server is shutting down.');

/** Follows one request to its end: tells by how far it came what a failure means, and keeps the time calls. */
function follow(request: ClientRequest, url: URL, calls: Calls): Promise<EgressResult> {
  return new Promise((resolve) => {
    let phase: 'connect' | 'tls' | 'aborted' = 'connect';
    const settle = (result: EgressResult) => {
      clearTimeout(callTimer);
      clearTimeout(connectTimer);
      calls.underWay?.delete(end);
      resolve(result);
      request.destroy();
    };
    const late = (what: string, ms: number) => () => settle(failure('timeout', `${what} within ${ms} ms.`));
    const callTimer = setTimeout(late('The call was not answered in full', calls.callMs), calls.callMs);
    const connectTimer = setTimeout(late('No connection could be made', calls.connectMs), calls.connectMs);
    const end = () => settle(closed());
    calls.underWay?.add(end);
    const connected = () => {
      phase = 'aborted';
      clearTimeout(connectTimer);
    };
    request.on('socket', (socket: Socket) => {
      socket.on('connect', () => {
        if (url.protocol === 'https:') phase = 'tls';
        else connected();
      });
      socket.on('secureConnect', connected);
    });
    request.on('response', (response) => readResponse(response, settle));
    request.on('error', (error) => settle(describe(phase, error)));
    request.on('close', () => settle(describe(phase, null)));
  });
}

/**
 * The one HTTP client for addresses given by users. The address is judged when the socket dials, for names and literals
 * alike; redirects are not followed, proxies of the environment not used, answers neither decompressed nor read beyond 64 KiB.
 */
export function createEgress(options: EgressOptions): Egress {
  const policy = addressPolicy(options.allow);
  const resolve = options.resolve ?? ((host: string) => systemLookup(host, { all: true, order: 'verbatim' }));
  const calls: Calls = {
    callMs: options.timeoutMs,
    connectMs: Math.min(options.timeoutMs, options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS),
    underWay: new Set(),
  };
  // A connection of its own for every call: none is reused after its address has been judged, no receiver holds one open.
  const dialling = { keepAlive: false, autoSelectFamily: true, lookup: guardedLookup(policy, resolve, notPublic) };
  const httpAgent = new HttpAgent(dialling);
  const listedAgent = new HttpAgent({ ...dialling, lookup: guardedLookup(policy.listed ?? nowhere, resolve, notListed) });
  const httpsAgent = new HttpsAgent({ ...dialling, rejectUnauthorized: true });
  return {
    async post(text, headers, body, rules = {}) {
      if (calls.underWay === null) return closed();
      const target = readTarget(text, policy, rules);
      if ('refusal' in target) return failure('refused_address', target.refusal);
      const { url } = target;
      const bytes = Buffer.from(body);
      const sent = { 'accept-encoding': 'identity', ...headers, 'content-length': bytes.length };
      const plainAgent = rules.plainOnlyToListed === true ? listedAgent : httpAgent;
      const request =
        url.protocol === 'https:'
          ? httpsRequest(url, { method: 'POST', agent: httpsAgent, headers: sent })
          : httpRequest(url, { method: 'POST', agent: plainAgent, headers: sent });
      const result = follow(request, url, calls);
      request.end(bytes);
      return result;
    },
    checkUrl(text, rules = {}) {
      const target = readTarget(text, policy, rules);
      return 'refusal' in target ? target.refusal : null;
    },
    close() {
      const underWay = [...(calls.underWay ?? [])];
      calls.underWay = null;
      for (const end of underWay) end();
      httpAgent.destroy();
      listedAgent.destroy();
      httpsAgent.destroy();
    },
  };
}
