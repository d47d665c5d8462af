import { BlockList, isIP, SocketAddress } from 'node:net';

type Family = 'ipv4' | 'ipv6';

/** Addresses at which clouds answer questions about a machine and its credentials; no allow list opens them. */
const METADATA = [
  '169.254.169.254/32',
  '169.254.170.2/32',
  '169.254.170.23/32',
  '100.100.100.200/32',
  '168.63.129.16/32',
  '192.0.0.192/32',
  'fd00:ec2::254/128',
  'fd00:ec2::23/128',
  'fd20:ce::254/128',
];

/** IPv4 blocks that are not the public network, or not one machine in it (IANA special-purpose registry). */
const REFUSED_IPV4 = [
  '0.0.0.0/8', // this network
  '10.0.0.0/8', // private
  '100.64.0.0/10', // shared by carriers
  '127.0.0.0/8', // loopback
  '169.254.0.0/16', // link-local
  '172.16.0.0/12', // private
  '192.0.0.0/24', // protocol assignments
  '192.0.2.0/24', // documentation
  '192.88.99.0/24', // 6to4 relays
  '192.168.0.0/16', // private
  '198.18.0.0/15', // benchmarks
  '198.51.100.0/24', // documentation
  '203.0.113.0/24', // documentation
  '224.0.0.0/4', // multicast
  '240.0.0.0/4', // reserved, broadcast
];

/** The only block of IPv6 in public use; loopback, mapped, NAT64, unique-local, link-local and multicast all lie outside. */
const PUBLIC_IPV6 = ['2000::/3'];

const REFUSED_IPV6 = [
  '2001::/23', // protocol assignments, among them Teredo, which wraps IPv4 addresses
  '2001:db8::/32', // documentation
  '2002::/16', // 6to4, which wraps IPv4 addresses
  '3fff::/20', // documentation
];

/** One list per family: a list that holds ::/0 would otherwise answer for every IPv4 address too. */
interface Blocks {
  readonly ipv4: BlockList;
  readonly ipv6: BlockList;
}

function addBlock(blocks: Blocks, entry: string): boolean {
  const [address = '', length, ...rest] = entry.split('/');
  const version = isIP(address);
  if (version === 0 || rest.length > 0 || address.includes('%')) return false;
  const bits = version === 4 ? 32 : 128;
  const prefix = length === undefined ? bits : /^\d{1,3}$/.test(length) ? Number(length) : bits + 1;
  if (prefix > bits) return false;
  if (version === 4) blocks.ipv4.addSubnet(address, prefix, 'ipv4');
  else blocks.ipv6.addSubnet(address, prefix, 'ipv6');
  return true;
}

function blocksOf(entries: readonly string[], source: string): Blocks {
  const blocks = { ipv4: new BlockList(), ipv6: new BlockList() };
  for (const entry of entries) {
    if (!addBlock(blocks, entry)) {
      throw new Error(`${source}: "${entry}" is not a block of addresses such as 10.1.0.0/16, 10.1.2.3 or fd00::/8.`);
    }
  }
  return blocks;
}

const metadata = blocksOf(METADATA, 'METADATA');
const refused = blocksOf([...REFUSED_IPV4, ...REFUSED_IPV6], 'REFUSED');
const publicIpv6 = blocksOf(PUBLIC_IPV6, 'PUBLIC_IPV6');

/** The IPv4 address inside an IPv4-mapped IPv6 address (::ffff:a.b.c.d), which the system dials as IPv4. */
function unmap(address: string): string {
  const canonical = new SocketAddress({ address, family: 'ipv6' }).address;
  const mapped = /^::ffff:([\d.]+)$/i.exec(canonical)?.[1];
  return mapped ?? canonical;
}

const holds = (blocks: Blocks, address: string, family: Family): boolean => blocks[family].check(address, family);

const isPublic = (address: string, family: Family): boolean =>
  (family === 'ipv4' || holds(publicIpv6, address, family)) && !holds(refused, address, family);

export interface AddressPolicy {
  /** Whether a call may be made to this address (text form, IPv4 or IPv6). False for whatever is no address. */
  permits(address: string): boolean;
}

/** The policy of an allow list. */
export interface EgressPolicy extends AddressPolicy {
  /** The same without the public network: only what the allow list names. Null where it names nothing. */
  readonly listed: AddressPolicy | null;
}

/**
 * Which addresses a call to a place named by a user may reach: the public network, plus the blocks of the allow list (comma
 * separated, IPv4 and IPv6, FARTHING_EGRESS_ALLOW), never the metadata addresses of clouds. An IPv4-mapped address is
 * judged by its IPv4 address where the allow list names that, and refused otherwise. Throws on a malformed entry.
 */
export function addressPolicy(allow: string): EgressPolicy {
  const entries = allow.split(',').map((entry) => entry.trim()).filter((entry) => entry !== '');
  const allowed = blocksOf(entries, 'FARTHING_EGRESS_ALLOW');
  const policy = (withPublic: boolean): AddressPolicy => ({
    permits(given) {
      const version = isIP(given);
      if (version === 0 || given.includes('%')) return false;
      const address = version === 6 ? unmap(given) : given;
      const family: Family = isIP(address) === 4 ? 'ipv4' : 'ipv6';
      if (holds(metadata, address, family)) return false;
      if (holds(allowed, address, family)) return true;
      // Nobody names a public host by a mapped address; it is a disguise.
      const mapped = version === 6 && family === 'ipv4';
      return withPublic && !mapped && isPublic(address, family);
    },
  });
  return { ...policy(true), listed: entries.length === 0 ? null : policy(false) };
}
