import { listQuery } from '../../kernel/http/page.ts';
import { type Operation, query } from '../../kernel/operation.ts';
import { notFound } from '../../kernel/problem.ts';
import { AuditLogResponse, auditFilters, resourceParams } from './audit.schemas.ts';
import { hasEntries, listEntries } from './audit.sql.ts';
import { presentEntry } from './presentEntry.ts';

const shared = { method: 'GET', tag: 'Audit Logs', permission: 'audit_logs:read', returns: { list: AuditLogResponse } } as const;

export const auditOperations: Operation[] = [
  query({
    ...shared,
    id: 'listAuditLogs',
    path: '/v1/audit_logs',
    summary: 'List audit logs',
    description: 'Every change to every resource: what, when, by whom. Long logs are read by `cursor`: it neither counts nor skips.',
    query: listQuery(auditFilters),
    handle: async ({ query: page, read }) => {
      const found = await listEntries(read.db, page);
      return { ...found, items: found.items.map((row) => presentEntry(row, read.scope.tenant.organizationId)) };
    },
  }),
  query({
    ...shared,
    id: 'listResourceAuditLogs',
    path: '/v1/audit_logs/{resource_type}/{resource_id}',
    summary: 'Get the audit trail of a resource',
    params: resourceParams,
    query: listQuery({}),
    handle: async ({ params, query: page, read }) => {
      if (!(await hasEntries(read.db, params))) throw notFound('resource');
      const found = await listEntries(read.db, { ...page, ...params });
      return { ...found, items: found.items.map((row) => presentEntry(row, read.scope.tenant.organizationId)) };
    },
  }),
];
