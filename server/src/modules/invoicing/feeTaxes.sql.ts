import { randomUUIDv7 } from 'node:crypto';
import type { ExplainedTax } from '@farthing/core/billing';
import { Amount, Rate } from '@farthing/core/money';
import { type Tax, type TaxPart, taxCategories } from '@farthing/core/taxes';
import { sql } from 'kysely';
import { z } from 'zod';
import type { Db, ReadDb } from '../../kernel/db/kysely.ts';
import { json } from '../../kernel/db/parameters.ts';
import type { Tx } from '../../kernel/envelope.ts';

/** What the taxes of one fee come to. */
interface TaxesOfFee {
  readonly feeId: string;
  readonly parts: readonly TaxPart[];
}

export async function deleteFeeTaxes(db: Db, feeIds: readonly string[]): Promise<void> {
  await sql`delete from fee_taxes where fee_id = any(${feeIds}::uuid[])`.execute(db);
}

/** The breakdown of an invoice, or of a draft that is not posted, as replies show it. */
export const presentTaxes = (groups: readonly TaxPart[]) => groups.map(presentTax);

const presentTax = ({ tax, base, amount }: TaxPart) => ({
  tax_id: tax.id,
  tax_code: tax.code,
  tax_name: tax.name,
  tax_rate: tax.rate,
  tax_category: tax.category,
  jurisdiction: tax.jurisdiction,
  compound: tax.compound,
  inclusive: tax.inclusive,
  reason: tax.reason,
  base_amount_cents: base,
  amount_cents: amount,
});

/** The same as texts, so that no reader of JSON rounds them. */
const columnsOf = (part: TaxPart) => ({
  ...presentTax(part),
  tax_rate: Rate.toString(part.tax.rate),
  base_amount_cents: part.base.toString(),
  amount_cents: part.amount.toString(),
});

/** A tax as columns of a document's line. */
export const taxColumns = (tax: Tax) => ({
  tax_id: tax.id,
  tax_code: tax.code,
  tax_name: tax.name,
  tax_rate: Rate.toString(tax.rate),
  tax_category: tax.category,
  jurisdiction: tax.jurisdiction,
  compound: tax.compound,
  inclusive: tax.inclusive,
  reason: tax.reason,
});

export type TaxColumns = Omit<ReturnType<typeof taxColumns>, 'tax_category'> & { readonly tax_category: string };

const category = z.enum(taxCategories);

/** The tax of a line, as it was when its document was issued. */
export const taxFrom = (row: TaxColumns): Tax => ({
  id: row.tax_id,
  code: row.tax_code,
  name: row.tax_name,
  rate: Rate.restore(row.tax_rate),
  category: category.parse(row.tax_category),
  jurisdiction: row.jurisdiction,
  compound: row.compound,
  inclusive: row.inclusive,
  reason: row.reason,
});

/** The taxes of several fees in one read, each in the order of its document. */
export async function taxesOfFees(db: ReadDb, feeIds: readonly string[]): Promise<ReadonlyMap<string, readonly Tax[]>> {
  if (feeIds.length === 0) return new Map();
  const rows = await db.selectFrom('fee_taxes').selectAll().where('fee_id', 'in', feeIds).orderBy('fee_id').orderBy('position').execute();
  return new Map([...Map.groupBy(rows, (row) => row.fee_id)].map(([id, own]) => [id, own.map(taxFrom)]));
}

/** Writes what the taxes of these fees come to, in one statement. */
export async function insertFeeTaxes(tx: Tx, fees: readonly TaxesOfFee[]): Promise<void> {
  const rows = fees.flatMap(({ feeId, parts }) =>
    parts.map((part, position) => ({ id: randomUUIDv7(), fee_id: feeId, position, ...columnsOf(part) })),
  );
  if (rows.length === 0) return;
  await sql`insert into fee_taxes (tenant_id, created_at, id, fee_id, position, tax_id, tax_code, tax_name, tax_rate, tax_category, jurisdiction,
      compound, inclusive, reason, base_amount_cents, amount_cents)
    select ${tx.scope.tenant.id}, ${tx.scope.now}::timestamptz, r.* from jsonb_to_recordset(${json(rows)}::jsonb) as r (id uuid, fee_id uuid, position integer,
      tax_id uuid, tax_code text, tax_name text, tax_rate numeric, tax_category text, jurisdiction text, compound boolean, inclusive boolean,
      reason text, base_amount_cents bigint, amount_cents bigint)`.execute(tx.db);
}

/** The breakdown of an invoice as it is kept with it. */
export function encodeTaxes(groups: readonly TaxPart[]): string {
  return json(groups.map(columnsOf));
}

const stored = z.array(
  z.object({
    tax_id: z.string().nullable(),
    tax_code: z.string(),
    tax_name: z.string(),
    tax_rate: z.string(),
    tax_category: z.enum(taxCategories),
    jurisdiction: z.string(),
    compound: z.boolean(),
    inclusive: z.boolean(),
    reason: z.string().nullable(),
    base_amount_cents: z.coerce.bigint(),
    amount_cents: z.coerce.bigint(),
  }),
);

/** The breakdown of an invoice, read back: amounts and rates as such. */
export function decodeTaxes(taxes: unknown) {
  return stored.parse(taxes).map(({ tax_rate: rate, base_amount_cents: base, amount_cents: amount, ...tax }) => ({
    ...tax,
    tax_rate: Rate.restore(rate),
    base_amount_cents: Amount.of(base),
    amount_cents: Amount.of(amount),
  }));
}

/** The breakdown as its explanation needs it. */
export function explainedTaxes(taxes: unknown): readonly ExplainedTax[] {
  return decodeTaxes(taxes).map((group) => ({
    tax: {
      code: group.tax_code,
      name: group.tax_name,
      rate: group.tax_rate,
      category: group.tax_category,
      reason: group.reason,
      compound: group.compound,
    },
    base: group.base_amount_cents,
    amount: group.amount_cents,
  }));
}
