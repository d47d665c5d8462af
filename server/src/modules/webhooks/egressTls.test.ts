import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEgress } from './createEgress.ts';

// Made for this test alone: for hooks.example.test, signed by itself, valid until 2120.
const key = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgQmTmPlSyY1aiSVE3
R7tg9Xna96Za4xOxdBG7KrX8bTyhRANCAASUh7H6Vf2PuwjF/PZ1AGzIfrg0U7Cr
NKaVVNbmDvkqaT2j0vDCTR9WNvdYQPl7WU4Y0f/J8V569TjOo6So1k9y
-----END PRIVATE KEY-----`;
const cert = `-----BEGIN CERTIFICATE-----
MIIBfDCCASKgAwIBAgIBATAKBggqhkjOPQQDAjAdMRswGQYDVQQDDBJob29rcy5l
eGFtcGxlLnRlc3QwIBcNMjAwMTAxMDAwMDAwWhgPMjEyMDAxMDEwMDAwMDBaMB0x
GzAZBgNVBAMMEmhvb2tzLmV4YW1wbGUudGVzdDBZMBMGByqGSM49AgEGCCqGSM49
AwEHA0IABJSHsfpV/Y+7CMX89nUAbMh+uDRTsKs0ppVU1uYO+SppPaPS8MJNH1Y2
91hA+XtZThjR/8nxXnr1OM6jpKjWT3KjUTBPMA8GA1UdEwEB/wQFMAMBAf8wHQYD
VR0RBBYwFIISaG9va3MuZXhhbXBsZS50ZXN0MB0GA1UdDgQWBBQrRUj2bhsAqGfp
FnoToKCTEeoKmTAKBggqhkjOPQQDAgNIADBFAiB4PKyF5XOXNMA9+tLVrQnIrgfx
liUFXvZu8uVurX9kvAIhALZ9tuQ62uW8FPbDdSuBNYy+el2T7HlfI16bYb2cdVCg
-----END CERTIFICATE-----`;

let port = 0;
const server = createServer({ key, cert }, (_request, response) => response.end('reached'));
const authorities = getCACertificates('default');

beforeAll(async () => {
  server.on('tlsClientError', (_error, socket) => socket.destroy());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  port = (server.address() as AddressInfo).port;
});
afterAll(() => {
  setDefaultCACertificates(authorities);
  server.close();
});

function post(host: string, protocol = 'https:') {
  const resolve = async () => [{ address: '127.0.0.1', family: 4 }];
  return createEgress({ allow: '127.0.0.1', timeoutMs: 60_000, resolve }).post(`${protocol}//${host}:${port}/`, {}, '{}');
}

const failed = (code: string) => ({
  ok: false,
  reason: 'tls',
  message: `The encrypted connection could not be made (${code}).`,
});

describe('an encrypted call', () => {
  it('is refused when nobody vouches for the certificate', async () => {
    setDefaultCACertificates(authorities);
    expect(await post('hooks.example.test')).toEqual(failed('DEPTH_ZERO_SELF_SIGNED_CERT'));
  });

  it('is made when the certificate is trusted and names the host, though another address is dialled', async () => {
    setDefaultCACertificates([...authorities, cert]);
    expect(await post('hooks.example.test')).toMatchObject({ ok: true, status: 200, body: 'reached' });
  });

  it('is refused when the trusted certificate names another host', async () => {
    setDefaultCACertificates([...authorities, cert]);
    expect(await post('other.example.test')).toEqual(failed('ERR_TLS_CERT_ALTNAME_INVALID'));
  });

  it('is refused by a certificate even where the environment turns the check off', async () => {
    setDefaultCACertificates(authorities);
    const before = process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
    process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
    try {
      expect(await post('hooks.example.test')).toMatchObject({ ok: false, reason: 'tls' });
    } finally {
      if (before === undefined) delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
      else process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = before;
    }
  });

  it('does not fall back to plain text', async () => {
    expect(await post('hooks.example.test', 'http:')).toMatchObject({ ok: false, reason: 'aborted' });
  });
});
