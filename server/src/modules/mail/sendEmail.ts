import type { JobContext } from '../../kernel/job.ts';
import { type MailPort, MailRefused } from './mailPort.ts';
import { closeEmail, findEmail } from './mail.sql.ts';
import { tellOfEmail } from './tellOfEmail.ts';
import { writeLetter } from './writeLetter.ts';

/**
 * Sends a letter, with the invoice as it is now, and says what became of it. What may go better later is thrown, so that the job tries
 * again, unless this was the last try.
 */
export async function sendEmail({ envelope, tenantId }: Pick<JobContext<unknown>, 'envelope' | 'tenantId'>, port: MailPort, id: string, isLast: boolean): Promise<void> {
  const mail = await envelope.read(await envelope.scopeOf(tenantId), async (read) => {
    const row = await findEmail(read.db, id);
    return row?.status === 'queued' ? writeLetter(read, row) : null;
  });
  if (mail === null) return;
  let error: string | null = null;
  try {
    await port.send(mail);
  } catch (failure) {
    if (!(failure instanceof MailRefused) && !isLast) throw failure;
    error = failure instanceof Error ? failure.message.slice(0, 500) : 'unknown';
  }
  await envelope.command(
    await envelope.scopeOf(tenantId),
    async (tx) => {
      const sent = error === null;
      const row = await closeEmail(tx.db, id, { status: sent ? 'sent' : 'failed', error, sent_at: sent ? tx.scope.now : null });
      if (row !== undefined) await tellOfEmail(tx, row);
    },
    'whoever was first has said what became of it',
  );
}
