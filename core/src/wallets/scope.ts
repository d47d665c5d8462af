/** Which fees a wallet pays. A list that is null limits nothing; each list that is given limits further. */
export interface WalletScope {
  readonly planCodes: readonly string[] | null;
  readonly feeTypes: readonly string[] | null;
  readonly metricCodes: readonly string[] | null;
}

/** What a scope is asked about. */
export interface ScopedFee {
  readonly type: string;
  /** Null for a fee of no plan. */
  readonly planCode: string | null;
  /** Null for a fee that is not for usage. */
  readonly metricCode: string | null;
}

const allows = (list: readonly string[] | null, value: string | null): boolean => list === null || (value !== null && list.includes(value));

/** Whether a wallet of this scope pays this fee. */
export function covers({ planCodes, feeTypes, metricCodes }: WalletScope, fee: ScopedFee): boolean {
  return allows(planCodes, fee.planCode) && allows(feeTypes, fee.type) && allows(metricCodes, fee.metricCode);
}
