import { listQuery } from '../../kernel/http/page.ts';
import { type Operation, query } from '../../kernel/operation.ts';
import { UsageMeterResponse } from './meters.schemas.ts';
import { listMeters } from './rollup/meters.sql.ts';

export const metersOperations: Operation[] = [
  query({
    id: 'listUsageMeters', method: 'GET', path: '/v1/usage_meters', tag: 'Usage', summary: 'List usage meters',
    description: 'How usage is rolled up: one meter for each code and aggregation, made and replaced as metrics, filters and charges change.',
    permission: 'billable_metrics:read', query: listQuery({}), returns: { list: UsageMeterResponse },
    handle: async ({ query: page, read: { db } }) => {
      const { items, ...found } = await listMeters(db, page);
      return { ...found, items: items.map(({ built_customer, ...meter }) => ({ ...meter, built_through_customer: meter.state === 'building' ? built_customer : null })) };
    },
  }),
];
