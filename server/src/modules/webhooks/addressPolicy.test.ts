import { describe, expect, it } from 'vitest';
import { addressPolicy } from './addressPolicy.ts';

const nothing = addressPolicy('');

describe('addressPolicy', () => {
  it.each(['8.8.8.8', '1.1.1.1', '93.184.216.34', '9.255.255.255', '11.0.0.0', '100.63.255.255', '100.128.0.0', '126.255.255.255',
    '128.0.0.0', '169.253.255.255', '169.255.0.0', '172.15.255.255', '172.32.0.0', '192.0.1.0', '192.167.255.255', '192.169.0.0',
    '198.17.255.255', '198.20.0.0', '223.255.255.255', '2001:4860:4860::8888', '2606:4700:4700::1111', '2a00:1450:4001:81b::200e'])(
    'permits the public address %s',
    (address) => {
      expect(nothing.permits(address)).toBe(true);
    },
  );

  it.each([
    ['unspecified', '0.0.0.0'], ['this network', '0.1.2.3'], ['private', '10.0.0.0'], ['private', '10.255.255.255'],
    ['private', '172.16.0.0'], ['private', '172.31.255.255'], ['private', '192.168.0.1'], ['carriers', '100.64.0.0'],
    ['carriers', '100.127.255.255'], ['loopback', '127.0.0.1'], ['loopback', '127.255.255.254'], ['link-local', '169.254.0.1'],
    ['metadata', '169.254.169.254'], ['metadata', '100.100.100.200'], ['metadata', '168.63.129.16'], ['assignments', '192.0.0.8'],
    ['documentation', '192.0.2.1'], ['documentation', '198.51.100.1'], ['documentation', '203.0.113.255'], ['6to4 relay', '192.88.99.1'],
    ['benchmarks', '198.18.0.1'], ['benchmarks', '198.19.255.255'], ['multicast', '224.0.0.1'], ['multicast', '239.255.255.255'],
    ['reserved', '240.0.0.1'], ['broadcast', '255.255.255.255'],
    ['unspecified', '::'], ['loopback', '::1'], ['loopback in full', '0:0:0:0:0:0:0:1'], ['compatible', '::127.0.0.1'],
    ['compatible', '::8.8.8.8'], ['mapped', '::ffff:127.0.0.1'], ['mapped', '::ffff:7f00:1'], ['mapped in full', '0:0:0:0:0:FFFF:0A00:0001'],
    ['mapped public', '::ffff:8.8.8.8'], ['translated', '::ffff:0:127.0.0.1'], ['NAT64', '64:ff9b::127.0.0.1'], ['NAT64', '64:ff9b::808:808'],
    ['local NAT64', '64:ff9b:1::1'], ['6to4 of loopback', '2002:7f00:1::'], ['6to4 of private', '2002:a00:1::1'], ['Teredo', '2001:0:1::1'],
    ['documentation', '2001:db8::1'], ['documentation', '3fff::1'], ['unique local', 'fc00::1'], ['unique local', 'fd12:3456::1'],
    ['metadata', 'fd00:ec2::254'], ['link-local', 'fe80::1'], ['zone', 'fe80::1%eth0'], ['public with a zone', '2606:4700::1%eth0'],
    ['site-local', 'fec0::1'], ['multicast', 'ff02::1'], ['discard', '100::1'], ['unassigned', '4000::1'],
    ['no address', 'example.com'], ['no address', ''], ['octal', '0177.0.0.1'], ['short', '127.1'],
  ])('refuses %s: %s', (_kind, address) => {
    expect(nothing.permits(address)).toBe(false);
  });

  it('opens the blocks of the allow list and nothing beside them', () => {
    const policy = addressPolicy(' 10.1.0.0/16, 127.0.0.1 ,fd00:1::/32,::1');
    for (const address of ['10.1.0.0', '10.1.255.255', '127.0.0.1', 'fd00:1::9', '::1', '::ffff:10.1.2.3', '::ffff:7f00:1']) {
      expect(policy.permits(address), address).toBe(true);
    }
    for (const address of ['10.0.255.255', '10.2.0.0', '127.0.0.2', 'fd00:2::9', '::2', '::ffff:10.2.0.0', '::10.1.2.3', '64:ff9b::10.1.2.3']) {
      expect(policy.permits(address), address).toBe(false);
    }
  });

  it('knows what the list itself names, metadata addresses aside', () => {
    expect(nothing.listed).toBeNull();
    const { listed } = addressPolicy('10.1.0.0/16,8.8.8.8,169.254.169.254');
    const named = ['10.1.2.3', '::ffff:10.1.2.3', '8.8.8.8', '8.8.4.4', '10.2.0.0', '169.254.169.254', 'example.com'];
    expect(named.map((address) => listed?.permits(address))).toEqual([true, true, true, false, false, false, false]);
  });

  it('keeps the families apart', () => {
    expect(addressPolicy('::/0').permits('10.0.0.1')).toBe(false);
    expect(addressPolicy('::/0').permits('fd00::1')).toBe(true);
    expect(addressPolicy('0.0.0.0/0').permits('10.0.0.1')).toBe(true);
    expect(addressPolicy('0.0.0.0/0').permits('fd00::1')).toBe(false);
  });

  it('never opens the metadata addresses', () => {
    const policy = addressPolicy('0.0.0.0/0,::/0,169.254.169.254');
    for (const address of ['169.254.169.254', '::ffff:169.254.169.254', '::ffff:a9fe:a9fe', 'fd00:ec2::254', 'fd00:0ec2:0::0254']) {
      expect(policy.permits(address), address).toBe(false);
    }
  });

  it.each(['10.0.0.0/33', '10.0.0.0/', '10.0.0.0/-1', '10.0.0.0/8/8', '10.0.0/8', '010.0.0.0/8', 'fd00::/129', 'fd00::/x', 'fe80::1%eth0',
    'localhost', '10.0.0.1-10.0.0.9', '*', '10.0.0.0/8 fd00::/8'])('names the malformed entry %s', (entry) => {
    expect(() => addressPolicy(`127.0.0.1,${entry}`)).toThrow(`FARTHING_EGRESS_ALLOW: "${entry}" is not a block of addresses`);
  });
});
