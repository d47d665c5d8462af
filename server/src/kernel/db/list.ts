import { type SelectQueryBuilder, sql } from 'kysely';
import { decodeCursor, encodeCursor, invalidCursor, type ListReply, type Order, type PageRequest, parseOrder } from '../http/page.ts';
import { sqlState } from './transaction.ts';

interface ListOptions {
  /** Field of order_by -> column; every column is not null, so that pages neither skip nor repeat rows. */
  readonly sortable: Readonly<Record<string, string>>;
  readonly defaultOrder?: Order;
  readonly idColumn?: string;
  readonly defaultLimit?: number;
}

/** What a cursor holds is compared with columns: text that no value of theirs is written in (SQLSTATE class 22) was not given out. */
function refuseAltered(error: unknown): never {
  throw sqlState(error)?.startsWith('22') === true ? invalidCursor() : error;
}

/** One page of a query: skip/limit with the filtered total, or keyset pages after a cursor (conventions A2). */
export async function listRows<DB, T extends keyof DB, O extends { id: string }>(
  query: SelectQueryBuilder<DB, T, O>,
  request: PageRequest,
  { sortable, defaultOrder = { field: 'created_at', direction: 'desc' }, idColumn = 'id', defaultLimit = 100 }: ListOptions,
): Promise<ListReply<O>> {
  const order = parseOrder(request.order_by, Object.keys(sortable), defaultOrder);
  const column = sortable[order.field] ?? order.field;
  const limit = request.limit ?? defaultLimit;
  const direction = order.direction;
  const ordered = query.orderBy(sql.ref(column), direction).orderBy(sql.ref(idColumn), direction);

  if (request.cursor !== undefined) {
    const after = decodeCursor(request.cursor, order);
    const compare = direction === 'asc' ? sql.raw('>') : sql.raw('<');
    const page = after === null
      ? ordered
      : ordered.where(sql<boolean>`(${sql.ref(column)}, ${sql.ref(idColumn)}) ${compare} (${after.value}, ${after.id})`);
    const withCursor = page.select(sql<string>`${sql.ref(column)}::text`.as('cursor_value')).limit(limit + 1);
    const reading = withCursor.execute();
    const rows = (await (after === null ? reading : reading.catch(refuseAltered))) as unknown as (O & { cursor_value: string })[];
    const items = rows.slice(0, limit);
    const last = items.at(-1);
    return {
      items,
      next: rows.length > limit && last !== undefined ? encodeCursor(order, last.cursor_value, last.id) : null,
    };
  }

  const items = await ordered.limit(limit).offset(request.skip ?? request.offset ?? 0).execute();
  const counting = query.clearSelect().select(sql<number>`count(*)::int`.as('total'));
  const counted = (await counting.execute()) as unknown as { total: number }[];
  return { items, total: counted[0]?.total ?? 0 };
}
