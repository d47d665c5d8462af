/**
 * A JSON number kept as the digits that were sent, for literals a double cannot hold exactly
 * (`0.1000000000000000055`, `9007199254740993`). The HTTP layer's JSON reader yields it, the decimal parsers read it (M2).
 */
export class RawNumber {
  readonly source: string;

  constructor(source: string) {
    this.source = source;
  }

  toString(): string {
    return this.source;
  }
}
