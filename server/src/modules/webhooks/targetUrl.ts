import { isIP } from 'node:net';
import type { AddressPolicy, EgressPolicy } from './addressPolicy.ts';

const LONGEST_URL = 2048;
const FIRST_FREE_PORT = 1024;
const WEB_PORTS: ReadonlySet<number> = new Set([80, 443]);

/** Ports above 1023 at which databases, queues and machine rooms listen; a webhook there is an attack or a mistake. */
const REFUSED_PORTS: ReadonlySet<number> = new Set([
  1433, 1521, 2049, 2375, 2376, 2379, 2380, 3306, 3389, 4369, 5432, 5433, 5672, 5900, 5984, 6000, 6379, 6443, 6432, 6660, 6661,
  6662, 6663, 6664, 6665, 6666, 6667, 6668, 6669, 6697, 7000, 7001, 8086, 8123, 8500, 8600, 9000, 9042, 9092, 9093, 9160, 9200,
  9300, 10080, 10250, 11211, 15672, 27017, 27018, 27019, 50000, 61613, 61616,
]);

type Target = { readonly url: URL } | { readonly refusal: string };

/** The host of a URL as the system dials it: without the brackets of an IPv6 address. */
const hostOf = (url: URL): string => url.hostname.replace(/^\[|\]$/g, '');

const isLoopbackName = (host: string): boolean => /(?:^|\.)localhost\.?$/.test(host);

function refuseHost(host: string, policy: AddressPolicy): string | null {
  if (host === '') return 'The URL names no host.';
  const literals = isLoopbackName(host) ? ['127.0.0.1', '::1'] : isIP(host) === 0 ? [] : [host];
  if (literals.length === 0 || literals.some((address) => policy.permits(address))) return null;
  return 'The address is not on the public network.';
}

function refusePort(url: URL): string | null {
  const port = url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port);
  if (WEB_PORTS.has(port) || (port >= FIRST_FREE_PORT && !REFUSED_PORTS.has(port))) return null;
  return `Port ${port} is not one for web servers.`;
}

/** What a caller asks for beyond what holds for every call. */
export interface CallRules {
  /** Without encryption only addresses that the allow list names are called. */
  readonly plainOnlyToListed?: boolean;
}

/** The addresses that a call under these rules may reach; null where there are none. */
function policyFor(protocol: string, policy: EgressPolicy, rules: CallRules): AddressPolicy | null {
  return rules.plainOnlyToListed === true && protocol === 'http:' ? policy.listed : policy;
}

/**
 * Reads the address of a call as given by a user. URL parsing turns every way of writing an IPv4 address (127.1, 2130706433,
 * 0x7f000001) into the ordinary one. What a name resolves to is not looked at here: that is judged when dialling.
 */
export function readTarget(text: string, policy: EgressPolicy, rules: CallRules = {}): Target {
  const url = text.length > LONGEST_URL ? null : URL.parse(text);
  if (url === null) return { refusal: `The URL is not valid or longer than ${LONGEST_URL} characters.` };
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return { refusal: 'Only http and https URLs can be called.' };
  if (url.username !== '' || url.password !== '') return { refusal: 'The URL must not carry a user name or password.' };
  const refusal = refuseHost(hostOf(url), policy) ?? refusePort(url);
  if (refusal !== null) return { refusal };
  const permitted = policyFor(url.protocol, policy, rules);
  if (permitted === null || refuseHost(hostOf(url), permitted) !== null) return { refusal: 'Only https URLs can be called here.' };
  return { url };
}
