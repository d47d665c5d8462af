import { type AddressInfo, createServer, type Socket } from 'node:net';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { createSmtpMailer } from './index.ts';

interface Letter {
  readonly from: string;
  readonly to: string;
  readonly data: string;
}

/** A server for mail that keeps what it takes. An address that begins with refuse is refused for good, one with busy the first time. */
class MailServer {
  readonly letters: Letter[] = [];
  readonly credentials: string[] = [];
  readonly #server = createServer((socket) => this.#talk(socket));
  readonly #turnedAway = new Set<string>();

  async listen(): Promise<number> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return (this.#server.address() as AddressInfo).port;
  }

  close(): void {
    this.#server.close();
  }

  #talk(socket: Socket): void {
    let [from, to, data] = ['', '', null as string | null];
    let rest = '';
    const say = (line: string) => socket.write(`${line}\r\n`);
    const answer = (line: string) => {
      if (data !== null) {
        if (line !== '.') {
          data += `${line.startsWith('..') ? line.slice(1) : line}\r\n`;
          return;
        }
        this.letters.push({ from, to, data });
        data = null;
        return void say('250 taken');
      }
      const [verb = '', argument = ''] = line.split(/ (.*)/s);
      const address = /<(.*)>/.exec(argument)?.[1] ?? '';
      if (verb === 'EHLO') return void say('250-mail.test\r\n250 AUTH PLAIN');
      if (verb === 'AUTH') {
        this.credentials.push(Buffer.from(argument.split(' ')[1] ?? '', 'base64').toString());
        return void say('235 known');
      }
      if (verb === 'MAIL') [from, to] = [address, ''];
      if (verb === 'RCPT') {
        if (address.startsWith('refuse')) return void say('550 no such mailbox');
        if (address.startsWith('busy') && !this.#turnedAway.has(address)) {
          this.#turnedAway.add(address);
          return void say('451 try again later');
        }
        to = address;
      }
      if (verb === 'DATA') {
        data = '';
        return void say('354 go on');
      }
      say(verb === 'QUIT' ? '221 bye' : '250 ok');
    };
    say('220 mail.test');
    socket.on('data', (chunk) => {
      const lines = (rest + chunk.toString('utf8')).split('\r\n');
      rest = lines.pop() ?? '';
      for (const line of lines) answer(line);
    });
    socket.on('error', () => {});
  }
}

const server = new MailServer();
let app: TestApp;
let client: pg.Client;
let names = 0;

async function must(method: string, path: string, body?: unknown) {
  const answer = await app.live(method, path, body);
  if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body;
}

beforeAll(async () => {
  const port = await server.listen();
  const mailer = createSmtpMailer({ url: `smtp://farthing:s%20ecret@127.0.0.1:${port}`, from: 'billing@seller.example' });
  app = await startTestApp({ mailer });
  client = new pg.Client({ connectionString: app.adminUrl });
  await client.connect();
  await must('PATCH', '/v1/billing_entities/default', { name: 'Ours', email: 'ask@seller.example' });
});
afterAll(async () => {
  await client.end();
  await app.close();
  server.close();
});

/** A finalized invoice of 12.50 for a customer with this address. */
async function invoiceOf(email: string | null, customer: object = {}, invoice: object = {}) {
  const name = `customer ${++names}`;
  const { id } = await must('POST', '/v1/customers', { external_id: name, name, currency: 'EUR', email, ...customer });
  return must('POST', '/v1/invoices/one_off', { customer_id: id, line_items: [{ description: 'Set-up', quantity: 1, unit_price: '12.50' }], ...invoice });
}

const letterTo = async (to: string): Promise<Letter> => {
  await expect.poll(() => server.letters.filter((letter) => letter.to === to).length, { timeout: 90_000 }).toBeGreaterThan(0);
  return server.letters.find((letter) => letter.to === to) ?? expect.fail();
};

/** Header fields with their folded lines, and the decoded text of the parts. */
function read({ data }: Letter) {
  const [head = '', ...rest] = data.split('\r\n\r\n');
  const headers = head.replaceAll(/\r\n[ \t]+/g, ' ').split('\r\n');
  const decode = (text: string) => Buffer.from(text.replaceAll(/=\r\n/g, '').replaceAll(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))), 'latin1').toString('utf8');
  return { headers, body: decode(rest.join('\r\n\r\n')) };
}

const toldOf = async (invoiceId: string): Promise<string[]> => {
  const { rows } = await client.query<{ type: string }>("select type from domain_events where type like 'invoice.email%' and subject_id = $1 order by id", [invoiceId]);
  return rows.map(({ type }) => type);
};

describe('an invoice by e-mail', () => {
  it('arrives with its PDF, in its language, from whom it is by', async () => {
    const invoice = await invoiceOf('anna@buyer.example', { locale: 'de-DE', name: 'Anna' });
    expect(await must('POST', `/v1/invoices/${invoice.id}/send_email`)).toEqual({ sent: true });
    const letter = await letterTo('anna@buyer.example');
    const { headers, body } = read(letter);
    expect(letter.from).toBe('billing@seller.example');
    expect(headers).toEqual(expect.arrayContaining([expect.stringMatching(/^From: .*Ours.* <billing@seller\.example>$/), 'To: anna@buyer.example', 'Reply-To: ask@seller.example', `Subject: Rechnung ${invoice.invoice_number} von Ours`]));
    expect(body).toContain('Guten Tag Anna,');
    expect(body).toContain(`die Rechnung ${invoice.invoice_number} vom`);
    expect(body).toMatch(/12,50\s€/);
    const [, pdf = ''] = /filename=.*\.pdf"?\r\n(?:.+\r\n)*\r\n([A-Za-z0-9+/=\r\n]+)/.exec(letter.data) ?? [];
    expect(Buffer.from(pdf, 'base64').subarray(0, 5).toString()).toBe('%PDF-');
    expect(server.credentials).toContain('\u0000farthing\u0000s ecret');
    await expect.poll(() => toldOf(invoice.id), { timeout: 90_000 }).toEqual(['invoice.email_requested', 'invoice.emailed']);
  });

  it('carries no header and no markup of whoever chose a name', async () => {
    const name = 'Eve <b>&</b>\u2028Bcc: all@buyer.example';
    const invoice = await invoiceOf('eve@buyer.example', { name });
    await must('POST', `/v1/invoices/${invoice.id}/send_reminder`);
    const { headers, body } = read(await letterTo('eve@buyer.example'));
    expect(headers.filter((header) => /^(?:Bcc|Cc):/i.test(header))).toEqual([]);
    expect(headers).toContain(`Subject: Reminder: invoice ${invoice.invoice_number} from Ours`);
    expect(body).toContain('Hello Eve &lt;b&gt;&amp;&lt;/b&gt; Bcc: all@buyer.example,');
  });

  it('is tried again where the server is busy, and given up where it refuses', async () => {
    const [busy, refused] = [await invoiceOf('busy@buyer.example'), await invoiceOf('refuse@buyer.example')];
    for (const { id } of [busy, refused]) await must('POST', `/v1/invoices/${id}/send_email`);
    await letterTo('busy@buyer.example');
    await expect.poll(() => toldOf(refused.id), { timeout: 90_000 }).toEqual(['invoice.email_requested', 'invoice.email_failed']);
    expect(server.letters.filter(({ to }) => to.startsWith('refuse'))).toEqual([]);
  });

  it('is refused where there is nowhere to send it, or nothing to send', async () => {
    const code = async (id: string, what: string) => {
      const { status, body } = await app.live('POST', `/v1/invoices/${id}/${what}`);
      return [status, body.code];
    };
    expect(await code((await invoiceOf(null)).id, 'send_email')).toEqual([409, 'no_email_address']);
    const draft = await invoiceOf('draft@buyer.example', {}, { draft: true });
    expect(await code(draft.id, 'send_email')).toEqual([409, 'not_finalized']);
    const paid = await invoiceOf('paid@buyer.example');
    await must('POST', `/v1/invoices/${paid.id}/pay`);
    expect(await code(paid.id, 'send_reminder')).toEqual([409, 'nothing_due']);
    expect(await code('01900000-0000-7000-8000-000000000000', 'send_email')).toEqual([404, 'not_found']);
  });
});

it('is refused where no server is set', async () => {
  const without = await startTestApp({ worker: false, mailer: null });
  const { body: customer } = await without.live('POST', '/v1/customers', { external_id: 'a', name: 'a', currency: 'EUR', email: 'a@buyer.example' });
  const { body: invoice } = await without.live('POST', '/v1/invoices/one_off', { customer_id: customer.id, line_items: [{ description: 'Set-up', quantity: 1, unit_price: 1 }] });
  const { status, body } = await without.live('POST', `/v1/invoices/${invoice.id}/send_email`);
  await without.close();
  expect([status, body.code]).toEqual([409, 'email_not_configured']);
});
