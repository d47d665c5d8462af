import { NotADecimal, type Quantity } from '../money/index.ts';
import { type CompiledExpression, compileExpression, ExpressionFailed } from './expression.ts';
import type { MetricDefinition } from './metric.ts';
import { decimalOf, type EventProperties, propertyOf, textOf } from './properties.ts';

/** What a metric takes from an event, or why the event is refused: the path in the event and a clause to show after it. */
export type Extracted =
  | {
      readonly ok: true;
      /** Null when the event does not have the field; such an event is stored and skipped (P7). */
      readonly value: Quantity | null;
      readonly uniqueValue: string | null;
      readonly operation: 'add' | 'remove';
    }
  | { readonly ok: false; readonly path: string; readonly message: string };

type Metric = Pick<MetricDefinition, 'aggregationType' | 'fieldName' | 'expression'>;

/**
 * Reads from an event what its metric aggregates, once, at intake (P7, M8): a number that is none, a value that cannot be told
 * apart from others and an expression that fails are refused here, so that no stored event can spoil an aggregate later.
 */
export function extract(metric: Metric, properties: EventProperties): Extracted {
  switch (metric.aggregationType) {
    case 'count':
      return read(null);
    case 'custom':
      return readExpression(metric.expression ?? '', properties);
    case 'unique_count':
      return readUnique(metric.fieldName ?? '', properties);
    default:
      return readNumber(metric.fieldName ?? '', properties);
  }
}

function read(value: Quantity | null): Extracted {
  return { ok: true, value, uniqueValue: null, operation: 'add' };
}

function refused(path: string, message: string): Extracted {
  return { ok: false, path, message };
}

function readNumber(field: string, properties: EventProperties): Extracted {
  try {
    return read(decimalOf(propertyOf(properties, field)));
  } catch (error) {
    if (error instanceof NotADecimal) return refused(`properties.${field}`, error.reason);
    throw error;
  }
}

function readUnique(field: string, properties: EventProperties): Extracted {
  const operation = propertyOf(properties, 'operation_type') ?? 'add';
  if (operation !== 'add' && operation !== 'remove') {
    return refused('properties.operation_type', 'must be "add" or "remove"');
  }
  const value = propertyOf(properties, field);
  const uniqueValue = textOf(value);
  if (value !== null && uniqueValue === null) {
    return refused(`properties.${field}`, 'must be a text, a number or a boolean');
  }
  return { ok: true, value: null, uniqueValue, operation };
}

function readExpression(text: string, properties: EventProperties): Extracted {
  const compiled = compiledOnce(text);
  if (!compiled.ok) return refused('properties', `cannot be read, the metric's expression is broken: ${compiled.message}`);
  try {
    return read(compiled.evaluate(properties));
  } catch (error) {
    if (!(error instanceof ExpressionFailed)) throw error;
    if (error.property !== null) return refused(`properties.${error.property}`, error.reason);
    return refused('properties', `cannot be counted: the metric's expression ${error.reason}`);
  }
}

// Parsing costs many times an evaluation, and one metric's expression meets thousands of events in a row.
const compiledTexts = new Map<string, CompiledExpression>();
const MAX_COMPILED = 1000;

function compiledOnce(text: string): CompiledExpression {
  const known = compiledTexts.get(text);
  if (known !== undefined) return known;
  const compiled = compileExpression(text);
  if (compiledTexts.size >= MAX_COMPILED) compiledTexts.clear();
  compiledTexts.set(text, compiled);
  return compiled;
}
