import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Quantity, RawNumber } from '../money/index.ts';
import { compileExpression, type EventProperties, ExpressionFailed } from './index.ts';

/** The value of an expression as text. */
function evaluate(text: string, properties: EventProperties = {}): string {
  const compiled = compileExpression(text);
  if (!compiled.ok) throw new Error(`${compiled.message} at ${compiled.position}`);
  return Quantity.toString(compiled.evaluate(properties));
}

/** "position: message" of a refused expression. */
function refusal(text: string): string {
  const compiled = compileExpression(text);
  if (compiled.ok) throw new Error(`accepted: ${text}`);
  return `${compiled.position}: ${compiled.message}`;
}

/** What the failure of an expression says. */
function failure(text: string, properties: EventProperties = {}): string {
  try {
    return `no failure: ${evaluate(text, properties)}`;
  } catch (error) {
    if (error instanceof ExpressionFailed) return error.message;
    throw error;
  }
}

describe('expressions compute exactly', () => {
  it.each([
    ['0.1 + 0.2', '0.3'],
    ['1 - 0.9', '0.1'],
    ['1.005 * 1000', '1005'],
    ['9007199254740993 + 0', '9007199254740993'], // beyond what a double can hold
    ['9223372036854775808 * 2', '18446744073709551616'], // beyond 64 bits
    ['2.50', '2.5'],
    ['1e3 + 1e-3', '1000.001'],
    ['7 / 2', '3.5'], // a quotient is a decimal, not an integer
    ['1 / 8', '0.125'],
    ['2 + 3 * 4', '14'],
    ['(2 + 3) * 4', '20'],
    ['10 - 4 - 3', '3'], // from left to right
    ['16 / 4 / 2', '2'],
    ['-3 * -2', '6'],
    ['--5', '5'],
    ['-(1 + 2)', '-3'],
    ['round(2.5)', '3'],
    ['round(-2.5)', '-3'], // a half goes away from zero, as everywhere
    ['round(1.2345, 2)', '1.23'],
    ['round(1250, -2)', '1300'],
    ['ceil(1.1) + floor(1.9)', '3'],
    ['ceil(0.011, 2)', '0.02'],
    ['floor(-1.5)', '-2'],
    ['1 < 2 ? 10 : 20', '10'],
    ['2 <= 1 || 2 == 2.0 ? 10 : 20', '10'],
    ['!(1 > 2) && 3 >= 3 ? 10 : 20', '10'],
    ['1 != 1 ? 10 : 20', '20'],
    ['true ? 1 : 2', '1'],
    ['1 + 1 // tokens', '2'], // the rest of a line after // is a remark
  ])('%s = %s', (text, value) => {
    expect(evaluate(text)).toBe(value);
  });

  it('gives quotients at least 30 digits', () => {
    expect(evaluate('1 / 3')).toMatch(/^0\.3{40,}$/);
  });

  it('agrees with exact fractions of integers on random sums and products', () => {
    const hundredths = fc.integer({ min: -10_000, max: 10_000 });
    const literal = (n: number): string => (n < 0 ? `(-${-n}e-2)` : `${n}e-2`);
    fc.assert(
      fc.property(hundredths, hundredths, hundredths, (a, b, c) => {
        const text = `${literal(a)} * ${literal(b)} + ${literal(c)} - ${literal(a)}`;
        const inTenThousandths = BigInt(a) * BigInt(b) + 100n * BigInt(c) - 100n * BigInt(a);
        expect(Quantity.compare(Quantity.parse(evaluate(text)), Quantity.parse(`${inTenThousandths}e-4`))).toBe(0);
      }),
    );
  });
});

describe('properties in expressions', () => {
  it('are numbers, numeric strings and raw digits (P7)', () => {
    const event = { input: 1200, output: '300.5', cached: new RawNumber('0.1000000000000000055') };
    expect(evaluate('input + 2 * output', event)).toBe('1801');
    expect(evaluate('cached * 10', event)).toBe('1.000000000000000055');
  });

  it('are listed in the order of their first mention', () => {
    const compiled = compileExpression('b > 0 ? a + b : (kind == "x" ? c : 0)');
    expect(compiled.ok && compiled.names).toEqual(['b', 'a', 'kind', 'c']);
  });

  it('can be compared with a text', () => {
    const text = 'region == "eu" ? tokens * 2 : tokens';
    expect(evaluate(text, { region: 'eu', tokens: 5 })).toBe('10');
    expect(evaluate(text, { region: 'us', tokens: 5 })).toBe('5');
    expect(evaluate(text, { tokens: 5 })).toBe('5'); // an absent property equals no text
    expect(evaluate("'eu' != region ? 1 : 2", { region: 'eu' })).toBe('2');
  });

  it('reject the event where they are missing or no number, or the result does not exist (P7)', () => {
    expect(failure('a + b', { a: 1 })).toBe('b is needed by the expression and missing');
    expect(failure('a', { a: null })).toBe('a is needed by the expression and missing');
    expect(failure('a', { a: 'abc' })).toBe('a must be a decimal number');
    expect(failure('a', { a: 'NaN' })).toBe('a must be a decimal number');
    expect(failure('a', { a: true })).toBe('a must be a decimal number');
    expect(failure('a', { a: [1] })).toBe('a must be a decimal number');
    expect(failure('toString', {})).toBe('toString is needed by the expression and missing');
    expect(failure('1 / a', { a: '0.00' })).toBe('the expression divides by zero');
    expect(failure('a * a', { a: '1e20' })).toBe('the expression gives a number of more than 30 digits');
    expect(failure('a / b', { a: '1e20', b: '1e-20' })).toBe('the expression gives a number of more than 30 digits');
  });

  it('matter only in the branch that is taken', () => {
    expect(evaluate('n > 0 ? total / n : 0', { n: 0 })).toBe('0');
    expect(evaluate('n == 0 || total / n > 5 ? 1 : 2', { n: 0 })).toBe('1');
  });
});

describe('expressions are refused before they are saved, with a position', () => {
  it.each([
    ['', '0: must not be empty'],
    ['  ', '2: must not be empty'],
    ['a +', '3: ends too early'],
    ['(a', '2: ends too early'],
    ['a b', '2: has an unexpected "b"'],
    ['a & b', '2: has an unexpected "&"'], // not read as a b (C10)
    ['a + )', '4: has an unexpected ")"'],
    ['a @ 2', '2: has an unexpected "@"'],
    ['a % 2', '2: % is not an operator of expressions'],
    ['a in b', '2: in is not an operator of expressions'],
    ['a.matches("(x+)+$") ? 1 : 2', '0: matches() is not a function of expressions'],
    ['1 + matches(a, "x")', '4: matches() is not a function of expressions'],
    ['[1, 2].map(x, x)', '1: is too long or too deeply nested'],
    ['a.map(x, x)', '0: map() is not a function of expressions'],
    ['size(a)', '0: size() is not a function of expressions'],
    ['timestamp(a)', '0: timestamp() is not a function of expressions'],
    ['a.b', '0: properties are named by themselves, without a point or brackets'],
    ['a["b"]', '0: properties are named by themselves, without a point or brackets'],
    ['a > 1', '0: must give a number'],
    ['1 + (a > 1)', '5: a number is needed here, not a condition'],
    ['a ? 1 : 2', '0: a condition is needed here, not a number'],
    ['!a ? 1 : 2', '1: a condition is needed here, not a number'],
    ['"x"', '0: text may only be compared with a property'],
    ['a + "1"', '4: text may only be compared with a property'],
    ['a + 1 == "x" ? 1 : 2', '9: text may only be compared with a property'],
    ['null', '0: is not part of the language of expressions'],
    ['b"x"', '0: is not part of the language of expressions'],
    ['5u', '0: is not part of the language of expressions'],
    ['0x1F', '0: a number must be a decimal number'],
    ['a + 1e31', '4: a number must have an exponent inside ±30'],
    ['1'.repeat(39), '0: a number must have at most 38 digits'],
    ['round()', '0: round() needs a number'],
    ['round(a, 1.5)', '9: the number of decimal places must be written as a whole number from -15 to 15'],
    ['round(a, 16)', '9: the number of decimal places must be written as a whole number from -15 to 15'],
    ['round(a, b)', '9: the number of decimal places must be written as a whole number from -15 to 15'],
  ])('%s', (text, expected) => {
    expect(refusal(text)).toBe(expected);
  });

  it('bounds length, size and depth', () => {
    expect(refusal(`a${' '.repeat(2000)}`)).toBe('2000: must have at most 2000 characters');
    expect(refusal(`${'('.repeat(300)}a${')'.repeat(300)}`)).toContain('is too long or too deeply nested');
    expect(refusal(`${'-'.repeat(1500)}a`)).toContain('is too long or too deeply nested');
    expect(refusal(Array(200).fill('a').join('+'))).toContain('is too long or too deeply nested');
    expect(evaluate(Array(100).fill('1').join('+'))).toBe('100');
  });

  it('never throws, whatever it is given', () => {
    const part = fc.constantFrom('a', '1', '.5', '"', "'", '(', ')', '+', '-', '/', '?', ':', '==', '!', '&&', ',', 'round(', '[', '{', 'r"', '\\', 'e', '\n', '€');
    fc.assert(
      fc.property(fc.array(part, { maxLength: 15 }), (parts) => {
        const text = parts.join('');
        const compiled = compileExpression(text);
        if (!compiled.ok) expect(compiled.position).toBeLessThanOrEqual(text.length);
      }),
      { numRuns: 1000 },
    );
  });
});
