import { z } from 'zod';
import { type JobType, job } from '../../kernel/job.ts';
import type { MailPort } from './mailPort.ts';
import { sendEmail } from './sendEmail.ts';

const payload = z.object({ email_id: z.uuid() });

export type SendMailJob = JobType<typeof payload>;

/** About a day of tries, further and further apart. */
const mostAttempts = 15;

/** Sends one letter, after the transaction that asked for it. */
export function sendMailJob(port: MailPort): SendMailJob {
  return job({
    name: 'mail.send',
    payload,
    maxAttempts: mostAttempts,
    handle: ({ payload: { email_id: id }, ...context }) => sendEmail(context, port, id, context.attempt >= mostAttempts),
  });
}
