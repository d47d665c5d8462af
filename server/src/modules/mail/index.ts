import type { Module } from '../../kernel/module.ts';
import * as events from './mail.events.ts';
import { sendMailJob } from './mail.jobs.ts';
import { mailOperations } from './mail.routes.ts';
import type { MailPort } from './mailPort.ts';

export { type Mail, type MailPort, MailRefused } from './mailPort.ts';

/** Letters with invoices; without a port they are refused. */
export function mail(port: MailPort | null): Module {
  const sendMail = port === null ? null : sendMailJob(port);
  return {
    name: 'mail',
    operations: mailOperations(sendMail),
    events: Object.values(events),
    jobs: sendMail === null ? [] : [sendMail],
    ...(port === null ? {} : { stop: async () => port.close() }),
  };
}
