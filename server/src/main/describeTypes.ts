/** A JSON schema as the API document has it; `true`, `false` and absent parts included. */
export type Schema = { readonly [key: string]: unknown } | boolean | undefined;

type Properties = Readonly<Record<string, Schema>>;

const isName = (text: string) => /^[A-Za-z_$][\w$]*$/.test(text);
const quoted = (text: string) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
const literal = (value: unknown) => (typeof value === 'string' ? quoted(value) : JSON.stringify(value));
const isList = (value: unknown): value is readonly Schema[] => Array.isArray(value);

/** A comment above a declaration, in one line where it fits; nothing for no text. */
export function comment(text: unknown, indent: string): string {
  if (typeof text !== 'string' || text === '') return '';
  const lines = text.replaceAll('*/', '*\\/').split('\n');
  if (lines.length === 1) return `${indent}/** ${lines[0]} */\n`;
  return `${indent}/**\n${lines.map((line) => `${indent} * ${line}`.trimEnd()).join('\n')}\n${indent} */\n`;
}

/** The fields of an object type, one a line; those that are not `required` may be left out. */
export function fields(properties: Properties, required: readonly string[], indent: string): string {
  return Object.entries(properties)
    .map(([name, schema]) => {
      const about = typeof schema === 'object' ? comment(schema['description'], indent) : '';
      const key = `${isName(name) ? name : quoted(name)}${required.includes(name) ? '' : '?'}`;
      return `${about}${indent}readonly ${key}: ${typeOf(schema, indent)};\n`;
    })
    .join('');
}

function objectType(schema: Readonly<Record<string, unknown>>, indent: string): string {
  const properties = (schema['properties'] ?? {}) as Properties;
  const more = schema['additionalProperties'] as Schema;
  // What a document leaves open stays open where nothing is known of the keys; beside known keys it is no part of the type.
  if (Object.keys(properties).length === 0) return more === false ? 'Readonly<Record<string, never>>' : `Readonly<Record<string, ${typeOf(more ?? true, indent)}>>`;
  const open = typeof more === 'object' ? `${indent}  readonly [key: string]: unknown;\n` : '';
  return `{\n${fields(properties, (schema['required'] ?? []) as string[], `${indent}  `)}${open}${indent}}`;
}

/** `a | b`, each once, and in brackets where something follows. */
function union(types: readonly string[]): string {
  const each = [...new Set(types)];
  return each.includes('unknown') ? 'unknown' : each.join(' | ');
}

function typeNamed(name: unknown, schema: Readonly<Record<string, unknown>>, indent: string): string {
  switch (name) {
    case 'string':
    case 'boolean':
    case 'null':
      return name;
    case 'integer':
    case 'number':
      return 'number';
    case 'array': {
      const item = typeOf(schema['items'] as Schema, indent);
      return /[|&]/.test(item) && !item.endsWith('}') ? `readonly (${item})[]` : `readonly ${item}[]`;
    }
    case 'object':
      return objectType(schema, indent);
    default:
      return 'unknown';
  }
}

/** The TypeScript type of a schema; `unknown` for what the document leaves open. */
export function typeOf(schema: Schema, indent = ''): string {
  if (typeof schema !== 'object') return schema === false ? 'never' : 'unknown';
  const reference = schema['$ref'];
  if (typeof reference === 'string') return reference.slice(reference.lastIndexOf('/') + 1);
  if ('const' in schema) return literal(schema['const']);
  if (isList(schema['enum'])) return union(schema['enum'].map(literal));
  const choices = schema['anyOf'] ?? schema['oneOf'];
  if (isList(choices)) return union(choices.map((choice) => typeOf(choice, indent)));
  if (isList(schema['allOf'])) return schema['allOf'].map((part) => `(${typeOf(part, indent)})`).join(' & ');
  const type = schema['type'];
  return union((Array.isArray(type) ? type : [type]).map((name) => typeNamed(name, schema, indent)));
}

/** The declaration of a named schema: an interface where it is an object with known fields, else an alias. */
export function declaration(name: string, schema: Schema): string {
  const type = typeOf(schema);
  const about = typeof schema === 'object' ? comment(schema['description'], '') : '';
  return type.startsWith('{') && type.endsWith('\n}') && !type.includes('\n} |') ? `${about}export interface ${name} ${type}` : `${about}export type ${name} = ${type};`;
}
