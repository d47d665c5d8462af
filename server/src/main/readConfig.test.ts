import { describe, expect, it } from 'vitest';
import { readConfig } from './readConfig.ts';

describe('the server for mail', () => {
  const smtp = (FARTHING_SMTP_URL?: string, FARTHING_MAIL_FROM?: string) => readConfig({ FARTHING_SMTP_URL, FARTHING_MAIL_FROM }).smtp;

  it('is none unless it is set, with the address that mail comes from', () => {
    expect([smtp(), smtp('', ' ')]).toEqual([null, null]);
    expect(smtp('smtps://user:secret@mail.example:465', 'billing@example.com')).toEqual({ url: 'smtps://user:secret@mail.example:465', from: 'billing@example.com' });
  });

  it.each([
    ['FARTHING_SMTP_URL', 'mail.example:25', 'billing@example.com'],
    ['FARTHING_SMTP_URL', 'http://mail.example', 'billing@example.com'],
    ['FARTHING_SMTP_URL', 'smtp://', 'billing@example.com'],
    ['FARTHING_SMTP_URL', undefined, 'billing@example.com'],
    ['FARTHING_MAIL_FROM', 'smtp://mail.example', undefined],
    ['FARTHING_MAIL_FROM', 'smtp://mail.example', 'Billing <billing@example.com>'],
  ])('is refused by the name of the variable: %s', (name, url, from) => {
    expect(() => smtp(url, from)).toThrow(name);
  });
});

describe('the customers’ portal', () => {
  const portal = (FARTHING_PORTAL_URL?: string) => readConfig({ FARTHING_PORTAL_URL }).portalUrl;

  it('is nowhere unless it is set', () => {
    expect([portal(), portal(' '), portal('https://billing.example'), portal('http://127.0.0.1:3000/pay//')]).toEqual([null, null, 'https://billing.example', 'http://127.0.0.1:3000/pay']);
  });

  it.each(['billing.example', 'ftp://billing.example', 'https://', 'https://billing.example/?a=b', 'https://billing.example/#top'])('cannot be %s', (url) => {
    expect(() => portal(url)).toThrow('FARTHING_PORTAL_URL');
  });
});
