import { createHmac } from 'node:crypto';
import { RawNumber } from '@farthing/core/money';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { newWebhookSecret, signWebhook, webhookBody } from './signWebhook.ts';

const now = Temporal.Now.instant();
const body = webhookBody('invoice.finalized', now, { id: 'inv_1', total_cents: 1250 });
const message = (secrets: readonly [string, ...string[]], sentAt = now) => signWebhook({ id: 'msg_1', sentAt, body, secrets });

describe('signWebhook', () => {
  it('is accepted by the public library, under any of the secrets in use', () => {
    const before = newWebhookSecret();
    const after = newWebhookSecret();
    const headers = message([after, before]);
    expect(headers['webhook-signature']?.split(' ')).toHaveLength(2);
    for (const secret of [before, after]) {
      expect(new Webhook(secret).verify(body, headers)).toEqual({
        type: 'invoice.finalized',
        timestamp: now.toString(),
        data: { id: 'inv_1', total_cents: 1250 },
      });
    }
    expect(() => new Webhook(newWebhookSecret()).verify(body, headers)).toThrow(/No matching signature/);
  });

  it('stops being accepted when the body, the id or the time is another', () => {
    const secret = newWebhookSecret();
    const receiver = new Webhook(secret);
    const headers = message([secret]);
    expect(() => receiver.verify(body.replace('1250', '1'), headers)).toThrow(/No matching signature/);
    expect(() => receiver.verify(body, { ...headers, 'webhook-id': 'msg_2' })).toThrow(/No matching signature/);
    const later = String(Number(headers['webhook-timestamp']) + 1);
    expect(() => receiver.verify(body, { ...headers, 'webhook-timestamp': later })).toThrow(/No matching signature/);
  });

  it('is refused when the clocks are ten minutes apart', () => {
    const secret = newWebhookSecret();
    for (const minutes of [-10, 10]) {
      expect(() => new Webhook(secret).verify(body, message([secret], now.add({ minutes })))).toThrow(/Message timestamp/);
    }
  });

  it('signs id, Unix seconds and body with the decoded secret', () => {
    // The secret decodes to 24 bytes of value 1; 1,700,000,000 s after the epoch is 2023-11-14T22:13:20Z.
    const key = Buffer.alloc(24, 1);
    const expected = createHmac('sha256', key).update('evt-1.1700000000.{"é":1}').digest('base64');
    const sentAt = Temporal.Instant.from('2023-11-14T22:13:20.999Z');
    const headers = signWebhook({ id: 'evt-1', sentAt, body: '{"é":1}', secrets: [`whsec_${key.toString('base64')}`] });
    expect(headers).toEqual({
      'content-type': 'application/json',
      'webhook-id': 'evt-1',
      'webhook-timestamp': '1700000000',
      'webhook-signature': `v1,${expected}`,
    });
  });

  it.each(['', 'whsec_', 'secret', `${Buffer.alloc(32).toString('base64')}`, `whsec_${Buffer.alloc(16).toString('base64')}`,
    `whsec_${Buffer.alloc(65).toString('base64')}`, `whsec_${'*'.repeat(44)}`])('refuses the secret "%s"', (secret) => {
    expect(() => message([secret])).toThrow(/whsec_/);
  });

  it('refuses an id that could be read as two parts', () => {
    expect(() => signWebhook({ id: 'a.b', sentAt: now, body, secrets: [newWebhookSecret()] })).toThrow(/id of a webhook/);
  });
});

describe('newWebhookSecret', () => {
  it('is 32 bytes, and another one every time', () => {
    const secrets = new Set(Array.from({ length: 100 }, newWebhookSecret));
    expect(secrets.size).toBe(100);
    for (const secret of secrets) expect(Buffer.from(secret.slice('whsec_'.length), 'base64')).toHaveLength(32);
  });
});

describe('webhookBody', () => {
  it('keeps the digits of numbers', () => {
    const at = Temporal.Instant.from('2026-01-31T12:00:00.5Z');
    expect(webhookBody('usage.reported', at, { value: new RawNumber('0.1000000000000000055') })).toBe(
      '{"type":"usage.reported","timestamp":"2026-01-31T12:00:00.5Z","data":{"value":0.1000000000000000055}}',
    );
  });
});
