import type { Tx } from '../../kernel/envelope.ts';
import { Problem } from '../../kernel/problem.ts';

interface Outcome {
  readonly invoice_id: string;
  readonly success: boolean;
  readonly code: string | null;
  readonly error: string | null;
}

interface Outcomes {
  readonly results: Outcome[];
  readonly done: number;
  readonly failed: number;
}

/**
 * Does one thing to each invoice as its own operation does it, side effects included: what is refused for one changes nothing for the
 * others. In the order of ids, so that two such calls do not wait for each other in a circle; answered in the order asked.
 */
export async function doWithEach(tx: Tx, ids: readonly string[], act: (id: string) => Promise<unknown>): Promise<Outcomes> {
  const outcomes = new Map<string, Outcome>();
  for (const id of [...new Set(ids)].toSorted()) outcomes.set(id, await outcomeOf(tx, id, act));
  const results = [...new Set(ids)].flatMap((id) => outcomes.get(id) ?? []);
  const failed = results.filter(({ success }) => !success).length;
  return { results, done: results.length - failed, failed };
}

async function outcomeOf(tx: Tx, id: string, act: (id: string) => Promise<unknown>): Promise<Outcome> {
  try {
    await tx.attempt(() => act(id));
    return { invoice_id: id, success: true, code: null, error: null };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return { invoice_id: id, success: false, code: error.code, error: error.message };
  }
}
