/**
 * The language of custom metrics (P7): names of event properties, decimals, + - * / and parentheses, unary minus, round, ceil, floor,
 * comparisons, && || ! and `condition ? a : b`. The CEL parser reads it; its evaluator is not used, because it computes with doubles
 * and 64-bit integers. The tree is checked here against the list above, typed, bounded in size, and turned into functions over
 * exact decimals, so what is not on the list (regular expressions, macros, method calls) cannot run at all.
 */
import { type ASTNode, Environment, ParseError } from '@marcbachmann/cel-js';
import { NotADecimal, Quantity, type Rounding } from '../money/index.ts';
import { decimalOf, type EventProperties, propertyOf, textOf } from './properties.ts';

/** An expression that has no value for an event: a name it does not have, no number, a division by zero, a value beyond all bounds. */
export class ExpressionFailed extends Error {
  /** The property to blame, when there is one. */
  readonly property: string | null;
  /** A clause to show after the property's name, or after "the expression". */
  readonly reason: string;

  constructor(reason: string, property: string | null = null) {
    super(`${property ?? 'the expression'} ${reason}`);
    this.name = 'ExpressionFailed';
    this.property = property;
    this.reason = reason;
  }
}

export type CompiledExpression =
  | {
      readonly ok: true;
      /** The properties it may read, in the order of their first mention. */
      readonly names: readonly string[];
      /** Throws ExpressionFailed; then the event is rejected (P7). Evaluates only the branch that a condition takes. */
      evaluate(properties: EventProperties): Quantity;
    }
  /** `position` counts characters from 0. */
  | { readonly ok: false; readonly message: string; readonly position: number };

const MAX_TEXT = 2000;
const MAX_NODES = 250;
const MAX_NESTING = 40;
const MAX_ROUNDING_PLACES = 15;
// M8 lets exponents in up to 30; a product beyond that is a mistake in the expression, not usage.
const LIMIT = Quantity.parse('1e30');

const parser = new Environment({
  unlistedVariablesAreDyn: true,
  limits: { maxAstNodes: MAX_NODES, maxDepth: MAX_NESTING, maxCallArguments: 2, maxListElements: 0, maxMapEntries: 0 },
});

/** Checks an expression and makes it ready to run. A refusal says what is wrong and at which character. */
export function compileExpression(text: string): CompiledExpression {
  if (text.length > MAX_TEXT) {
    return { ok: false, message: `must have at most ${MAX_TEXT} characters`, position: MAX_TEXT };
  }
  try {
    const names = new Set<string>();
    const node = compile(parser.parse(text).ast, names);
    if (node.type !== 'number') throw new Refused('must give a number', 0);
    return { ok: true, names: [...names], evaluate: (properties) => withinLimit(node.run(properties)) };
  } catch (error) {
    if (error instanceof Refused) return { ok: false, message: error.message, position: error.position };
    if (error instanceof ParseError) {
      const position = error.range?.start ?? 0;
      return { ok: false, message: plainMessage(error, text, position), position };
    }
    throw error;
  }
}

class Refused extends Error {
  readonly position: number;

  constructor(message: string, position: number) {
    super(message);
    this.position = position;
  }
}

type NumberNode = { readonly type: 'number'; run(properties: EventProperties): Quantity };
type TruthNode = { readonly type: 'truth'; run(properties: EventProperties): boolean };
type Compiled = NumberNode | TruthNode;

function compile(node: ASTNode, names: Set<string>): Compiled {
  switch (node.op) {
    case 'value':
      return literal(node);
    case 'id':
      return property(node.args, names);
    case '+':
    case '-':
    case '*':
    case '/':
      return arithmetic(node.op, number(node.args[0], names), number(node.args[1], names));
    case '-_':
      return negation(number(node.args, names));
    case '<':
    case '<=':
    case '>':
    case '>=':
      return comparison(node.op, number(node.args[0], names), number(node.args[1], names));
    case '==':
    case '!=':
      return equality(node.op === '==', node.args, names);
    case '&&':
    case '||':
      return junction(node.op, truth(node.args[0], names), truth(node.args[1], names));
    case '!_':
      return inversion(truth(node.args, names));
    case '?:':
      return choice(node.args, names);
    case 'call':
      return call(node.args[0], node.args[1], node.start, names);
    default:
      throw notInTheLanguage(node);
  }
}

function notInTheLanguage(node: ASTNode): Refused {
  if (node.op === 'rcall') return new Refused(`${node.args[0]}() is not a function of expressions`, node.start);
  if (node.op === '%' || node.op === 'in') {
    return new Refused(`${node.op} is not an operator of expressions`, node.input.indexOf(node.op, node.args[0].end));
  }
  if (node.op === '.' || node.op === '[]') {
    return new Refused('properties are named by themselves, without a point or brackets', node.start);
  }
  return new Refused('is not part of the language of expressions', node.start);
}

function number(node: ASTNode, names: Set<string>): NumberNode {
  const compiled = compile(node, names);
  if (compiled.type !== 'number') throw new Refused('a number is needed here, not a condition', node.start);
  return compiled;
}

function truth(node: ASTNode, names: Set<string>): TruthNode {
  const compiled = compile(node, names);
  if (compiled.type !== 'truth') throw new Refused('a condition is needed here, not a number', node.start);
  return compiled;
}

/** Numbers are read from the text itself: the parser has already made a double of the value it reports. */
function literal(node: ASTNode & { op: 'value' }): Compiled {
  const { args: value, start, end } = node;
  if (typeof value === 'boolean') return { type: 'truth', run: () => value };
  if (typeof value === 'string') throw new Refused('text may only be compared with a property', start);
  if (typeof value !== 'number' && typeof value !== 'bigint') throw notInTheLanguage(node);
  try {
    const parsed = Quantity.parse(node.input.slice(start, end));
    return { type: 'number', run: () => parsed };
  } catch (error) {
    if (error instanceof NotADecimal) throw new Refused(`a number ${error.reason}`, start);
    throw error;
  }
}

function property(name: string, names: Set<string>): NumberNode {
  names.add(name);
  return {
    type: 'number',
    run(properties) {
      let value: Quantity | null;
      try {
        value = decimalOf(propertyOf(properties, name));
      } catch (error) {
        if (error instanceof NotADecimal) throw new ExpressionFailed(error.reason, name);
        throw error;
      }
      if (value === null) throw new ExpressionFailed('is needed by the expression and missing', name);
      return value;
    },
  };
}

function arithmetic(op: '+' | '-' | '*' | '/', left: NumberNode, right: NumberNode): NumberNode {
  switch (op) {
    case '+':
      return { type: 'number', run: (p) => Quantity.add(left.run(p), right.run(p)) };
    case '-':
      return { type: 'number', run: (p) => Quantity.subtract(left.run(p), right.run(p)) };
    case '*':
      return { type: 'number', run: (p) => withinLimit(Quantity.multiply(left.run(p), right.run(p))) };
    case '/':
      return { type: 'number', run: (p) => divide(left.run(p), right.run(p)) };
  }
}

function divide(dividend: Quantity, divisor: Quantity): Quantity {
  if (Quantity.isZero(divisor)) throw new ExpressionFailed('divides by zero');
  return withinLimit(Quantity.divide(dividend, divisor));
}

/** Chains of products must not grow without bound. Digits after the point are bounded by the decimals' own context. */
function withinLimit(value: Quantity): Quantity {
  const magnitude = Quantity.isNegative(value) ? Quantity.negate(value) : value;
  if (Quantity.compare(magnitude, LIMIT) >= 0) throw new ExpressionFailed('gives a number of more than 30 digits');
  return value;
}

function negation(operand: NumberNode): NumberNode {
  return { type: 'number', run: (p) => Quantity.negate(operand.run(p)) };
}

function comparison(op: '<' | '<=' | '>' | '>=', left: NumberNode, right: NumberNode): TruthNode {
  const order = (p: EventProperties): number => Quantity.compare(left.run(p), right.run(p));
  switch (op) {
    case '<':
      return { type: 'truth', run: (p) => order(p) < 0 };
    case '<=':
      return { type: 'truth', run: (p) => order(p) <= 0 };
    case '>':
      return { type: 'truth', run: (p) => order(p) > 0 };
    case '>=':
      return { type: 'truth', run: (p) => order(p) >= 0 };
  }
}

/** Numbers by value; a property beside a text literal by its text, so that `region == "eu" ? a : b` can be said. */
function equality(wanted: boolean, [a, b]: [ASTNode, ASTNode], names: Set<string>): TruthNode {
  const [text, other] = isText(a) ? [a, b] : [b, a];
  if (isText(text)) {
    if (other.op !== 'id') throw new Refused('text may only be compared with a property', text.start);
    const name = other.args;
    const expected = text.args;
    names.add(name);
    return { type: 'truth', run: (p) => (textOf(propertyOf(p, name)) === expected) === wanted };
  }
  const left = number(a, names);
  const right = number(b, names);
  return { type: 'truth', run: (p) => (Quantity.compare(left.run(p), right.run(p)) === 0) === wanted };
}

function isText(node: ASTNode): node is ASTNode & { op: 'value'; args: string } {
  return node.op === 'value' && typeof node.args === 'string';
}

function junction(op: '&&' | '||', left: TruthNode, right: TruthNode): TruthNode {
  return op === '&&'
    ? { type: 'truth', run: (p) => left.run(p) && right.run(p) }
    : { type: 'truth', run: (p) => left.run(p) || right.run(p) };
}

function inversion(operand: TruthNode): TruthNode {
  return { type: 'truth', run: (p) => !operand.run(p) };
}

function choice([test, first, second]: [ASTNode, ASTNode, ASTNode], names: Set<string>): NumberNode {
  const condition = truth(test, names);
  const yes = number(first, names);
  const no = number(second, names);
  return { type: 'number', run: (p) => (condition.run(p) ? yes.run(p) : no.run(p)) };
}

const roundings: ReadonlyMap<string, Rounding> = new Map([
  ['round', 'round'],
  ['ceil', 'ceil'],
  ['floor', 'floor'],
]);

/** round(x), ceil(x), floor(x), each with the number of decimal places as an optional second argument. */
function call(name: string, args: readonly ASTNode[], position: number, names: Set<string>): NumberNode {
  const rounding = roundings.get(name);
  if (rounding === undefined) throw new Refused(`${name}() is not a function of expressions`, position);
  const [argument, places] = args;
  if (argument === undefined) throw new Refused(`${name}() needs a number`, position);
  const operand = number(argument, names);
  const precision = places === undefined ? 0 : roundingPlaces(places);
  return { type: 'number', run: (p) => Quantity.round(operand.run(p), rounding, precision) };
}

function roundingPlaces(node: ASTNode): number {
  const [sign, digits] = node.op === '-_' ? [-1, node.args] : [1, node];
  const isLiteral = digits.op === 'value' && typeof digits.args === 'bigint';
  const value = isLiteral ? sign * Number(digits.args) : Number.NaN;
  if (Number.isInteger(value) && Math.abs(value) <= MAX_ROUNDING_PLACES) return value === 0 ? 0 : value;
  const range = `from -${MAX_ROUNDING_PLACES} to ${MAX_ROUNDING_PLACES}`;
  throw new Refused(`the number of decimal places must be written as a whole number ${range}`, node.start);
}

/** The parser speaks of its tokens; people know characters. */
function plainMessage(error: ParseError, text: string, position: number): string {
  if (text.trim() === '') return 'must not be empty';
  if (error.code === 'limit_exceeded') return 'is too long or too deeply nested';
  if (position >= text.trimEnd().length) return 'ends too early';
  const unexpected = ['unexpected_token', 'expected_token', 'unexpected_character'].includes(error.code);
  return unexpected ? `has an unexpected ${JSON.stringify(text[position])}` : error.summary;
}
