import type { CallOptions, List } from './call.ts';

/**
 * Every record of a list, page after page, each once however many are added meanwhile:
 * `for await (const invoice of eachOf(farthing.listInvoices, { customer_id: 'acme' }))`.
 */
export async function* eachOf<T, Query extends { readonly cursor?: string }>(
  list: (options?: CallOptions<Query>) => Promise<List<T>>,
  query?: NoInfer<Query>,
): AsyncGenerator<T, void> {
  let cursor: string | null = '';
  while (cursor !== null) {
    const page: List<T> = await list({ query: { ...query, cursor } as Query });
    yield* page.data;
    cursor = page.next_cursor;
  }
}
