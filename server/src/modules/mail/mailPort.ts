/** A letter to one address, with a document. */
export interface Mail {
  /** The same however often it is tried, so that a receiver that got it twice can tell. */
  readonly id: string;
  readonly fromName: string;
  readonly replyTo: string | null;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly attachment: { readonly filename: string; readonly bytes: Uint8Array };
}

/** What takes letters away. */
export interface MailPort {
  /** Resolves once the next server has taken the letter. Throws MailRefused where it never will, anything else where another try may help. */
  send(mail: Mail): Promise<void>;
  close(): void;
}

/** The letter was refused for good. */
export class MailRefused extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'MailRefused';
  }
}
