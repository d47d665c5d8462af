import { z } from 'zod';
import { publicId } from '../../kernel/wire.ts';
import type { AuditLogResponse } from './audit.schemas.ts';
import type { EntryRow } from './audit.sql.ts';

const fields = z.record(z.string(), z.unknown());

/** An event of the log as an entry of the audit trail. */
export function presentEntry(row: EntryRow, organizationId: string): z.output<typeof AuditLogResponse> {
  const isSnapshot = row.action === 'created' || row.action === 'deleted';
  return {
    id: row.id,
    public_id: publicId('aud', row.id),
    organization_id: organizationId,
    resource_type: row.subject_type,
    resource_id: row.subject_id,
    action: row.action,
    changes: fields.parse(isSnapshot ? row.data : row.changes),
    actor_type: row.actor_type,
    actor_id: row.actor_id,
    metadata_: { event_type: row.type, request_id: row.request_id },
    created_at: row.occurred_at,
  };
}
