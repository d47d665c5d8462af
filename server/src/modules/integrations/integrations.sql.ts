import { sql } from 'kysely';
import type { ReadDb } from '../../kernel/db/kysely.ts';

interface Mapping {
  readonly id: string;
  readonly integration_id: string;
  readonly integration_name: string;
  readonly integration_provider: string;
  readonly external_customer_id: string;
  readonly settings: Record<string, unknown> | null;
  readonly created_at: Temporal.Instant;
}

/** What other systems call a customer, oldest first; at most one for each system. */
export async function mappingsOf(db: ReadDb, customerId: string): Promise<Mapping[]> {
  const { rows } = await sql<Mapping>`select m.id, m.integration_id, i.name as integration_name, i.provider as integration_provider,
      m.external_customer_id, m.settings, m.created_at
    from integration_customers m join integrations i on i.tenant_id = m.tenant_id and i.id = m.integration_id
    where m.customer_id = ${customerId} order by m.created_at, m.id`.execute(db);
  return rows;
}
