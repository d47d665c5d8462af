import { type Operation, query } from '../../kernel/operation.ts';
import { UsageMeterResponse } from './meters.schemas.ts';
import { listMeters } from './rollup/meters.sql.ts';

export const metersOperations: Operation[] = [
  query({
    id: 'listUsageMeters', method: 'GET', path: '/v1/usage_meters', tag: 'Usage', summary: 'List usage meters',
    description: 'How usage is rolled up: one meter for each code and aggregation, made and replaced as metrics, filters and charges change.',
    permission: 'billable_metrics:read', returns: UsageMeterResponse.array(),
    handle: async ({ read }) => {
      const meters = await listMeters(read.db);
      return meters.map(({ id, built_customer: customer, ...meter }) => ({ ...meter, id: String(id), built_through_customer: meter.state === 'building' ? customer : null }));
    },
  }),
];
