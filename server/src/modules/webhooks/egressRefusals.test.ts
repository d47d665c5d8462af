import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createEgress } from './createEgress.ts';

let connections = 0;
let port = 0;
const server = createServer((_request, response) => response.end('reached'));
server.on('connection', () => {
  connections += 1;
});

beforeAll(async () => {
  // Every IPv4 and IPv6 address of this machine leads to the server: whatever connects is seen.
  server.listen(0);
  await once(server, 'listening');
  port = (server.address() as AddressInfo).port;
});
afterAll(() => server.close());
beforeEach(() => {
  connections = 0;
});

const post = (url: string, options: Partial<Parameters<typeof createEgress>[0]> = {}) =>
  createEgress({ allow: '', timeoutMs: 60_000, ...options }).post(url, {}, '{}');

const PORT = ':PORT';

describe('what is written in the URL', () => {
  it.each([
    `http://127.0.0.1${PORT}/`, `http://localhost${PORT}/`, `http://LOCALHOST.${PORT}/`, `http://a.localhost${PORT}/`, `http://[::1]${PORT}/`,
    `http://[0:0:0:0:0:0:0:1]${PORT}/`, `http://127.1${PORT}/`, `http://127.0.1${PORT}/`, `http://2130706433${PORT}/`,
    `http://0x7f000001${PORT}/`, `http://0x7f.1${PORT}/`, `http://017700000001${PORT}/`, `http://0177.0.0.1${PORT}/`, `http://127.0.0.1.${PORT}/`,
    `http://①②⑦.0.0.1${PORT}/`, `http://127。0。0。1${PORT}/`, `http://%31%32%37.0.0.1${PORT}/`, `http:\\\\127.0.0.1${PORT}/`, `http:127.0.0.1${PORT}/`,
    `http://[::ffff:127.0.0.1]${PORT}/`, `http://[::ffff:7f00:1]${PORT}/`, `http://[::127.0.0.1]${PORT}/`, `http://[64:ff9b::7f00:1]${PORT}/`,
    `http://[2002:7f00:1::]${PORT}/`, `http://0.0.0.0${PORT}/`, `http://0${PORT}/`, `http://[::]${PORT}/`, `https://127.0.0.1${PORT}/`,
    'http://169.254.169.254/latest/meta-data/', 'http://[fd00:ec2::254]/', 'http://10.0.0.1/', 'http://10.255.255.255/', 'http://172.16.0.1/',
    'http://192.168.1.1/', 'http://100.64.0.1/', 'http://[fd00::1]/', 'http://[fe80::1]/', 'http://224.0.0.1/', 'http://255.255.255.255/',
    `http://user@127.0.0.1${PORT}/`, 'http://user@example.com/', 'http://user:pass@example.com/', 'http://:pass@example.com/',
    'file:///etc/passwd', 'gopher://127.0.0.1:70/', 'ftp://example.com/', 'data:text/plain,x', 'javascript:alert(1)', '//example.com/', 'example.com',
    '', 'http://', 'http://[fe80::1%25eth0]/', 'http://256.1.1.1/', 'http://1.2.3.4.5/', 'http://a b/', `http://example.com/${'x'.repeat(2048)}`,
    'http://93.184.216.34:22/', 'http://93.184.216.34:25/', 'http://93.184.216.34:5432/', 'http://93.184.216.34:6379/', 'https://93.184.216.34:0/',
  ])('is refused when entered and when called: %s', async (text) => {
    const url = text.replace(PORT, `:${port}`);
    const egress = createEgress({ allow: '', timeoutMs: 60_000 });
    const refusal = egress.checkUrl(url);
    expect(refusal).toEqual(expect.any(String));
    expect(await egress.post(url, {}, '{}')).toEqual({ ok: false, reason: 'refused_address', message: refusal });
    expect(connections).toBe(0);
  });

  it.each(['https://example.com/hooks?a=b', 'http://example.com:8080/', 'https://example.com:443/', 'https://93.184.216.34/', 'http://bücher.example/',
    'https://[2606:4700:4700::1111]/', 'http://hooks.internal/'])('is taken when entered: %s', (url) => {
    expect(createEgress({ allow: '', timeoutMs: 1000 }).checkUrl(url)).toBeNull();
  });

  it('is taken inside the allow list, in any notation', async () => {
    for (const host of ['127.0.0.1', '127.1', '0x7f000001', '[::ffff:127.0.0.1]', 'localhost']) {
      expect(await post(`http://${host}:${port}/`, { allow: '127.0.0.0/8' }), host).toMatchObject({ ok: true, body: 'reached' });
    }
    expect(connections).toBe(5);
  });
});

describe('what a name resolves to', () => {
  const resolveTo = (...addresses: string[]) => async () =>
    addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
  const url = () => `http://hooks.example.test:${port}/`;
  const refusal = { ok: false, reason: 'refused_address', message: 'The host has no address on the public network.' };

  it.each(['127.0.0.1', '127.9.9.9', '0.0.0.0', '10.0.0.1', '169.254.169.254', '100.64.0.1', '::1', '::', '::ffff:127.0.0.1', '::ffff:7f00:1',
    '::127.0.0.1', '64:ff9b::7f00:1', '2002:7f00:1::', 'fd00:ec2::254', 'fe80::1', 'fe80::1%lo', 'not an address'])('is refused: %s', async (address) => {
    expect(await post(url(), { resolve: resolveTo(address) })).toEqual(refusal);
    expect(await post(url().replace('http:', 'https:'), { resolve: resolveTo(address) })).toEqual(refusal);
    expect(connections).toBe(0);
  });

  it('is judged anew at every call, and asked for once: a name that turns private is refused', async () => {
    const answers = ['127.0.0.1', '127.0.0.2', '127.0.0.1'];
    let asked = 0;
    const resolve = async () => {
      const address = answers[asked] ?? '127.0.0.2';
      asked += 1;
      return [{ address, family: 4 }];
    };
    // 127.0.0.1 stands for the public address, 127.0.0.2 for the private one; the server would answer on both.
    const egress = createEgress({ allow: '127.0.0.1', timeoutMs: 60_000, resolve });
    expect(egress.checkUrl(url())).toBeNull();
    expect(asked).toBe(0);
    expect(await egress.post(url(), {}, '{}')).toMatchObject({ ok: true, body: 'reached' });
    expect(await egress.post(url(), {}, '{}')).toEqual(refusal);
    expect(await egress.post(url(), {}, '{}')).toMatchObject({ ok: true, body: 'reached' });
    expect(asked).toBe(3);
    expect(connections).toBe(2);
    egress.close();
  });

  it('is dialled only where permitted', async () => {
    const seen: (string | undefined)[] = [];
    server.once('connection', (socket) => seen.push(socket.localAddress));
    const result = await post(url(), { allow: '127.0.0.1', resolve: resolveTo('10.0.0.1', '127.0.0.2', '::1', '127.0.0.1') });
    expect(result).toMatchObject({ ok: true, body: 'reached' });
    expect(seen).toEqual([expect.stringMatching(/^(::ffff:)?127\.0\.0\.1$/)]);
    expect(connections).toBe(1);
  });

  it('is refused when it is nothing', async () => {
    expect(await post(url(), { resolve: resolveTo() })).toEqual(refusal);
  });

  it('is asked of the system where no other resolver is given', async () => {
    expect(await post(`http://localhost:${port}/`, { allow: '127.0.0.1,::1' })).toMatchObject({ ok: true, body: 'reached' });
  });
});

describe('a call that needs encryption unless the allow list names the address', () => {
  const rules = { plainOnlyToListed: true };
  const egressOf = (allow: string, ...addresses: string[]) =>
    createEgress({ allow, timeoutMs: 60_000, resolve: async () => addresses.map((address) => ({ address, family: 4 })) });

  it('goes without it to listed literals, and to names that lead to listed addresses', async () => {
    const egress = egressOf('127.0.0.1', '127.0.0.1');
    for (const host of ['127.0.0.1', 'hooks.example.test']) {
      expect(egress.checkUrl(`http://${host}:${port}/`, rules)).toBeNull();
      expect(await egress.post(`http://${host}:${port}/`, {}, '{}', rules), host).toMatchObject({ ok: true, body: 'reached' });
    }
    expect(connections).toBe(2);
  });

  it('goes nowhere without it where the list names nothing, or something else', async () => {
    const refusal = 'Only https URLs can be called here.';
    for (const url of ['http://example.com/', 'http://93.184.216.34/']) expect(egressOf('').checkUrl(url, rules)).toBe(refusal);
    expect(egressOf('10.0.0.0/8').checkUrl('http://93.184.216.34/', rules)).toBe(refusal);
    expect(egressOf('').checkUrl('https://example.com/', rules)).toBeNull();
    // A public address, which calls without the rule may reach; nothing is sent to it here.
    const egress = egressOf('127.0.0.1', '93.184.216.34');
    expect(await egress.post(`http://hooks.example.test:${port}/`, {}, '{}', rules)).toEqual({
      ok: false,
      reason: 'refused_address',
      message: 'Only https URLs can be called here, but for addresses in the allow list; the host has none of those.',
    });
    expect(connections).toBe(0);
  });
});

describe('the allow list', () => {
  it('is refused as a whole when an entry is malformed', () => {
    expect(() => createEgress({ allow: '10.0.0.0/8,10.0.0.0/40', timeoutMs: 1000 })).toThrow(/FARTHING_EGRESS_ALLOW: "10.0.0.0\/40"/);
  });
});
