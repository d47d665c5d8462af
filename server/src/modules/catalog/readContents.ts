import type { ReadDb } from '../../kernel/db/kysely.ts';
import { chargesOf } from './catalog.sql.ts';
import { fixedChargesOf } from './fixedCharges.sql.ts';
import type { PlanContents } from './presentPlan.ts';

/** What these plans are made of. */
export async function readContents(db: ReadDb, planIds: readonly string[]): Promise<PlanContents> {
  return { charges: await chargesOf(db, planIds), fixedCharges: await fixedChargesOf(db, planIds) };
}
