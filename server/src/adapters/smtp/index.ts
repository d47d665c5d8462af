import type { Transporter } from 'nodemailer';
import { type Mail, type MailPort, MailRefused } from '../../modules/mail/index.ts';

export interface SmtpSettings {
  /** smtp://user:password@host:587 or smtps://…; with smtp:// the connection is upgraded where the server can. */
  readonly url: string;
  /** The address that mail is sent from. */
  readonly from: string;
}

const timeoutMs = 20_000;
/** Replies from 500 on are for good (RFC 5321): trying again changes nothing. */
const firstPermanentReply = 500;

/** Sends mail over SMTP. Texts that could end a header or begin another are no part of one: the library encodes what it writes there. */
export function createSmtpMailer({ url, from }: SmtpSettings): MailPort {
  const timeouts = { connectionTimeout: timeoutMs, greetingTimeout: timeoutMs, socketTimeout: timeoutMs };
  let transport: Transporter | null = null;
  // Loaded with the first letter: most processes never send one.
  const connect = async (): Promise<Transporter> => {
    const { createTransport } = await import('nodemailer');
    return createTransport({ url, ...timeouts, disableFileAccess: true, disableUrlAccess: true });
  };
  return {
    async send(mail: Mail): Promise<void> {
      transport ??= await connect();
      try {
        await transport.sendMail({
          from: { name: mail.fromName, address: from },
          ...(mail.replyTo === null ? {} : { replyTo: mail.replyTo }),
          to: { name: '', address: mail.to },
          subject: mail.subject,
          messageId: `<${mail.id}@${from.slice(from.lastIndexOf('@') + 1)}>`,
          text: mail.text,
          html: mail.html,
          attachments: [{ filename: mail.attachment.filename, contentType: 'application/pdf', content: Buffer.from(mail.attachment.bytes) }],
        });
      } catch (error) {
        const reply = error instanceof Error && 'responseCode' in error ? error.responseCode : undefined;
        if (typeof reply === 'number' && reply >= firstPermanentReply) throw new MailRefused(error instanceof Error ? error.message : String(error));
        throw error;
      }
    },
    close: () => transport?.close(),
  };
}
