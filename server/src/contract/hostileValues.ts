import type { Random } from './random.ts';

const repeat = (text: string, times: number) => text.repeat(times);
const nested = (open: string, close: string, depth: number) => open.repeat(depth) + close.repeat(depth);
const quoted = (text: string) => JSON.stringify(text);

/** Texts that have broken programs: quoting, terminators, formats, directions, sizes. */
export const hostileTexts: readonly string[] = [
  '', ' ', '\t', '\r\n', 'a\r\nX-Injected: 1', `' or 1=1 --`, `'; drop table customers; --`, `") or sleep(10) --`, `%' and 1=(select 1) --`, '\\', '\\\\', `'`, '"', '`',
  '$1', '#{7*7}', `$${'{7*7}'}`, '{{7*7}}', '<script>alert(1)</script>', 'javascript:alert(1)', '=cmd|calc!A1', '@SUM(1)', '%s%s%n', '%00', '../../etc/passwd', 'file:///etc/passwd',
  'null', 'undefined', 'NaN', 'Infinity', '-Infinity', '1e400', '-1', '-0', '0x10', '1_000', '1,5', ' 1 ', '+1', '٣', '１', '1.', '.5', '1e-31', '1e30', '9'.repeat(38), '9'.repeat(39), `0.${'0'.repeat(200)}1`,
  '9007199254740993', '__proto__', 'constructor', 'toString', 'hasOwnProperty', '*', '**', '?', '#', ';', ',', '|', '&', '\u202e\u2066evil', '\u200b', 'e\u0301', 'é', 'ß', 'İ', '😀', '👩‍👩‍👧‍👦', '\uffff', '\ufeff',
  '2026-02-30T00:00:00Z', '0000-00-00T00:00:00Z', '9999-12-31T23:59:59Z', '2026-01-01T23:59:60Z', '2026-01-01T00:00:00+99:99', '2026-01-01', '-271821-04-20T00:00:00Z', '+275760-09-13T00:00:00Z', '1969-12-31T23:59:59.999999999Z',
  '00000000-0000-0000-0000-000000000000', 'ffffffff-ffff-ffff-ffff-ffffffffffff', '01900000-0000-7000-8000-000000000000', 'cus_', 'cus_01900000000070008000000000000000', 'EUR', 'eur', 'XXX', 'US Dollar',
  'infinity', 'epoch', 'now', 'today', '{}', '[]', '{"a":1}', '(1,2)', '[1,2)', repeat('a', 255), repeat('a', 256), repeat('é', 300), repeat('😀', 128), repeat('a', 5000), repeat('%', 300), repeat('a.', 500),
];

const numbers: readonly string[] = [
  '0', '-0', '1', '-1', '0.1', '1.5', '-1.5', '1e2', '1E+2', '1e-2', '1e400', '-1e400', '1e-400', '1e308', '5e-324', '2147483647', '2147483648', '-2147483649', '4294967296',
  '9007199254740991', '9007199254740992', '9007199254740993', '-9007199254740993', '9223372036854775807', '9223372036854775808', '1e15', '1e17', '1e30', '1e31', '1e38',
  '9'.repeat(38), '9'.repeat(39), `-${'9'.repeat(39)}`, `0.${'3'.repeat(60)}`, `1${'0'.repeat(5000)}`, `0.${'0'.repeat(5000)}1`,
];

const notJson: readonly string[] = ['NaN', 'Infinity', '-Infinity', '01', '+1', '.5', '1.', '0x10', "'a'", 'undefined', '', '\u0000', '//', '/**/1', '"\t"', '"\\x41"', '"unterminated', 'tru', '[1,]', '{"a":1,}', '1e', '--1'];

const halves: readonly string[] = ['"\\u0000"', '"a\\u0000b"', '"\\ud800"', '"\\udc00"', '"\\udc00\\ud800"', '"\\ud83d"', '"\\uD83D\\uDE00"', '"\\u202e"', '{"\\u0000":1}', '{"\\ud800":1}'];

const containers: readonly string[] = [
  'null', 'true', 'false', '[]', '{}', '[[]]', '[null]', '[{}]', '{"":1}', '{" ":{}}', '{"__proto__":{"admin":true}}', '{"constructor":{"prototype":{"x":1}}}', '{"a":1,"a":2}', '{"toString":1,"valueOf":2}', '{"length":-1}', '{"then":1}',
  nested('[', ']', 10), nested('[', ']', 63), nested('[', ']', 65), nested('{"a":', '1}', 0) + nested('[', ']', 1000), `${'{"a":'.repeat(70)}1${'}'.repeat(70)}`,
];

/** One JSON value as text, harmful in one of many ways; now and then it is no JSON at all. */
export function hostileJson(random: Random): string {
  const kind = random.below(100);
  if (kind < 35) return quoted(random.pick(hostileTexts));
  if (kind < 60) return random.pick(numbers);
  if (kind < 80) return random.pick(containers);
  if (kind < 86) return random.pick(halves);
  if (kind < 90) return random.pick(notJson);
  if (kind < 93) return `"${repeat(random.pick(['x', '\\u0041', 'é', '\\\\', ' ']), random.pick([1000, 20_000, 100_000]))}"`;
  if (kind < 95) return `[${Array.from({ length: random.pick([100, 1001, 20_000]) }, () => random.pick(numbers)).join(',')}]`;
  if (kind < 97) return `{${Array.from({ length: random.pick([100, 20_000]) }, (_, n) => `"k${n}":${n}`).join(',')}}`;
  return nested('[', ']', random.pick([500, 10_000, 100_000]));
}

/** Pieces of a path or query that are no proper percent-encoding, or one of something improper; every character one byte. */
export const hostilePieces: readonly string[] = [
  '%00', '%', '%z', '%zz', '%c0%af', '%ff', '%ff%fe', '%ed%a0%80', '%f0%9f%98%80', '%2e%2e%2f', '..%2f..%2fetc%2fpasswd', '%2F', '%5c', '%0d%0aX-Injected:%201', '%20', '+', '..', '.', '...', '', '*', ';a=b', ':', '@', '!', '~',
  '\x80', '\xff\xfe', '\xc3\xa9', '%25', '%2500', "'%20or%201=1--", '%7b%7b7*7%7d%7d', '[]', '{}', '<>', '|', '"', '\\', '^', '`', '%u0041', '0', '-1', '1e400', 'null', 'undefined', '__proto__', 'constructor',
  'a'.repeat(255), 'a'.repeat(601), 'a'.repeat(2500), 'a'.repeat(9000), '%61'.repeat(700), '%f0%9f%98%80'.repeat(100), '%'.repeat(1000), '/'.repeat(50), '../'.repeat(30),
];
