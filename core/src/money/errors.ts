/** Text or number that is no decimal within the limits of M8. `reason` is a clause to show after the field's name: "must be …". */
export class NotADecimal extends Error {
  readonly reason: string;

  constructor(reason: string) {
    super(`not a decimal: ${reason}`);
    this.name = 'NotADecimal';
    this.reason = reason;
  }
}

/** An amount in minor units that is not an integer inside ±2^53 (M1). */
export class AmountOutOfRange extends Error {
  constructor() {
    super('an amount must be an integer of minor units inside ±2^53');
    this.name = 'AmountOutOfRange';
  }
}

/** A code that is not an active ISO 4217 currency. */
export class UnknownCurrency extends Error {
  readonly code: string;

  constructor(code: string) {
    super(`unknown currency code: ${JSON.stringify(code.slice(0, 20))}`);
    this.name = 'UnknownCurrency';
    this.code = code;
  }
}
