import pg from 'pg';
import { type Breach, verifyBooks } from '../main/books/verifyBooks.ts';

/** Holds a database, or one organization of it, to what `npm run farthing -- books` holds it to; answers the first row that breaks each invariant. */
export async function auditBooks(admin: pg.ClientBase, organizationId: string | null = null): Promise<Breach[]> {
  const breaches: Breach[] = [];
  await verifyBooks(
    admin,
    (_, breach) => {
      if (breach !== null) breaches.push(breach);
    },
    organizationId,
  );
  return breaches;
}

/** `auditBooks` on a connection of its own. */
export async function auditDatabase(adminUrl: string, organizationId: string | null = null): Promise<Breach[]> {
  const admin = new pg.Client({ connectionString: adminUrl });
  await admin.connect();
  try {
    return await auditBooks(admin, organizationId);
  } finally {
    await admin.end();
  }
}
