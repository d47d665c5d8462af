import { z } from 'zod';
import type { JsonValue } from '../metering/index.ts';
import { Precise } from '../money/index.ts';
import type { FilterCondition, Group } from '../rating/index.ts';

const explainKinds = [
  'invoice',
  'subscription',
  'fee',
  'quantity',
  'metric',
  'filter',
  'group',
  'aggregate',
  'quantity_rounding',
  'price',
  'step',
  'proration',
  'minimum',
  'progressive_credit',
  'coupon',
  'coupon_share',
  'billed',
  'late_usage',
  'rest',
  'tax_included',
  'tax',
  'rounding',
] as const;

/** What a node of an explanation is about. */
export type ExplainKind = (typeof explainKinds)[number];

/**
 * Why an amount is what it is, as a tree. The leaves sum to the root exactly, in minor units: every fee has a leaf for what its one
 * rounding added or took (M3).
 */
export interface ExplainNode {
  readonly kind: ExplainKind;
  /** In plain words. */
  readonly label: string;
  /** The numbers it was made of, as decimal strings and texts. */
  readonly inputs: Readonly<Record<string, string>>;
  /** In minor units; null for what carries no money, such as a metric. */
  readonly amount: Precise | null;
  readonly children: readonly ExplainNode[];
  /** Which events it counts; on fees for usage only. */
  readonly events: EventSelector | null;
}

/** Selects the stored events behind a fee, so that anyone can count them again. */
export interface EventSelector {
  readonly metricCode: string;
  readonly externalCustomerId: string;
  readonly externalSubscriptionId: string;
  /** Null for a recurring metric, whose earlier events count on (P5). */
  readonly from: Temporal.Instant | null;
  readonly to: Temporal.Instant;
  /** All must hold; none for the base. */
  readonly conditions: readonly FilterCondition[];
  /** An event for which all conditions of one of these hold belongs to another filter (P4). */
  readonly except: readonly (readonly FilterCondition[])[];
  /** Null without grouping. */
  readonly group: Group | null;
}

/** A node without money and events, with the rest as given. */
export function explainNode(
  kind: ExplainKind,
  label: string,
  rest: Partial<Pick<ExplainNode, 'inputs' | 'amount' | 'children' | 'events'>>,
): ExplainNode {
  return { kind, label, inputs: {}, amount: null, children: [], events: null, ...rest };
}

/** The sum of the money on the leaves, in minor units. */
export function leavesSum(node: ExplainNode): Precise {
  return node.children.length === 0 ? (node.amount ?? Precise.zero) : Precise.sum(node.children.map(leavesSum));
}

/**
 * The tree with its amounts as they are written: a quotient that does not end becomes the decimal that stands for it, and every inner
 * node the sum of its leaves. So whoever adds up the written leaves gets the written whole.
 */
export function asWritten(node: ExplainNode): ExplainNode {
  if (node.amount === null) return node;
  if (node.children.length === 0) return { ...node, amount: Precise.parse(Precise.toString(node.amount)) };
  const children = node.children.map(asWritten);
  return { ...node, children, amount: Precise.sum(children.map(leavesSum)) };
}

/** The tree as JSON: amounts and numbers as decimal strings, instants in UTC. */
export function encodeExplain(node: ExplainNode): JsonValue {
  return {
    kind: node.kind,
    label: node.label,
    inputs: node.inputs,
    amount_cents: node.amount === null ? null : Precise.toString(node.amount),
    ...(node.events === null ? {} : { events: encodeSelector(node.events) }),
    children: node.children.map(encodeExplain),
  };
}

function encodeSelector(events: EventSelector): JsonValue {
  const conditions = (list: readonly FilterCondition[]): JsonValue => list.map(({ key, values }) => ({ key, values }));
  return {
    metric_code: events.metricCode,
    external_customer_id: events.externalCustomerId,
    external_subscription_id: events.externalSubscriptionId,
    from: events.from?.toString() ?? null,
    to: events.to.toString(),
    conditions: conditions(events.conditions),
    except: events.except.map(conditions),
    group: events.group,
  };
}

const condition = z.object({ key: z.string(), values: z.array(z.string()) });

const selector = z.object({
  metric_code: z.string(),
  external_customer_id: z.string(),
  external_subscription_id: z.string(),
  from: z.string().nullable(),
  to: z.string(),
  conditions: z.array(condition),
  except: z.array(z.array(condition)),
  group: z.record(z.string(), z.string().nullable()).nullable(),
});

const written = z.object({
  kind: z.enum(explainKinds),
  label: z.string(),
  inputs: z.record(z.string(), z.string()),
  amount_cents: z.string().nullable(),
  events: selector.optional(),
  get children() {
    return z.array(written);
  },
});

/** The tree that `encodeExplain` wrote. Throws ZodError for anything else. */
export function decodeExplain(json: unknown): ExplainNode {
  return restored(written.parse(json));
}

function restored({ kind, label, inputs, amount_cents: amount, events, children }: z.output<typeof written>): ExplainNode {
  return {
    ...{ kind, label, inputs },
    amount: amount === null ? null : Precise.parse(amount),
    children: children.map(restored),
    events:
      events === undefined
        ? null
        : {
            metricCode: events.metric_code,
            externalCustomerId: events.external_customer_id,
            externalSubscriptionId: events.external_subscription_id,
            from: events.from === null ? null : Temporal.Instant.from(events.from),
            to: Temporal.Instant.from(events.to),
            conditions: events.conditions,
            except: events.except,
            group: events.group,
          },
  };
}
