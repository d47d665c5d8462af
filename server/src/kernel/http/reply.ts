/** A file as an operation answers it. */
export interface Binary {
  readonly bytes: Uint8Array;
  readonly filename: string;
  readonly disposition: 'inline' | 'attachment';
}
