import { type Selectable, sql } from 'kysely';
import type { Db, ReadDb } from '../../kernel/db/kysely.ts';
import { parseId } from '../../kernel/wire.ts';
import type { Tables } from '../../tables.ts';

export type FeatureRow = Selectable<Tables['features']>;

/** The feature an identifier names: by id or prefixed id where it has that form, else by code. */
export async function findFeature(db: ReadDb, reference: string): Promise<FeatureRow | undefined> {
  const all = db.selectFrom('features').selectAll();
  const id = parseId('feat', reference);
  const byId = id === null ? undefined : await all.where('id', '=', id).executeTakeFirst();
  return byId ?? (await all.where('code', '=', reference).executeTakeFirst());
}

/** Takes a feature by its code for the rest of the transaction. */
export async function lockFeature(db: Db, code: string): Promise<FeatureRow | undefined> {
  return db.selectFrom('features').selectAll().where('code', '=', code).forUpdate().executeTakeFirst();
}

/** Undefined where there is one of the same code. */
export async function insertFeature(db: Db, row: FeatureRow): Promise<FeatureRow | undefined> {
  return db.insertInto('features').values(row).onConflict((conflict) => conflict.doNothing()).returningAll().executeTakeFirst();
}

/** A live metric, by id or by code, as it is until the transaction ends. */
export async function metricToMeasure(db: Db, by: { readonly id: string } | { readonly code: string }): Promise<string | undefined> {
  const [column, value] = 'id' in by ? (['id', by.id] as const) : (['code', by.code] as const);
  const found = await db.selectFrom('billable_metrics').select('id').where(column, '=', value).where('deleted_at', 'is', null).forShare().executeTakeFirst();
  return found?.id;
}

/** Whether a plan grants the feature, or a subscription has something of its own to say about it. */
export async function isGranted(db: ReadDb, featureId: string): Promise<boolean> {
  const { rows } = await sql<{ granted: boolean }>`select exists (select from entitlements where feature_id = ${featureId})
    or exists (select from subscription_entitlements where feature_id = ${featureId}) as granted`.execute(db);
  return rows[0]?.granted ?? false;
}
