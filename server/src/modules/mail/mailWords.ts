/** What letters say. In braces: number, seller, buyer, issued, due, total, owed; of a credit note also note, its number, and given. */
export interface MailWords {
  readonly subject: string;
  readonly reminderSubject: string;
  readonly greeting: string;
  readonly invoice: string;
  readonly owed: string;
  readonly settled: string;
  readonly reminder: string;
  /** For whoever has paid meanwhile. */
  readonly ignore: string;
  readonly noteSubject: string;
  readonly note: string;
  readonly regards: string;
}

const en: MailWords = {
  subject: 'Invoice {number} from {seller}',
  reminderSubject: 'Reminder: invoice {number} from {seller}',
  greeting: 'Hello {buyer},',
  invoice: 'please find attached invoice {number} of {issued} for {total}.',
  owed: 'The amount due is {owed}, payable by {due}.',
  settled: 'There is nothing left to pay.',
  reminder: 'we have not received the {owed} still due on invoice {number} of {issued}, payable by {due}. The invoice is attached.',
  ignore: 'If you have paid in the meantime, please disregard this message.',
  noteSubject: 'Credit note {note} from {seller}',
  note: 'please find attached credit note {note} for {given} on invoice {number} of {issued}.',
  regards: 'Kind regards\n{seller}',
};

const catalogues: Readonly<Record<string, MailWords>> = {
  en,
  de: {
    subject: 'Rechnung {number} von {seller}',
    reminderSubject: 'Zahlungserinnerung: Rechnung {number} von {seller}',
    greeting: 'Guten Tag {buyer},',
    invoice: 'anbei erhalten Sie die Rechnung {number} vom {issued} über {total}.',
    owed: 'Der offene Betrag ist {owed}, zahlbar bis {due}.',
    settled: 'Es ist nichts mehr zu zahlen.',
    reminder: 'zur Rechnung {number} vom {issued}, zahlbar bis {due}, sind noch {owed} offen. Die Rechnung liegt bei.',
    ignore: 'Falls Sie inzwischen gezahlt haben, betrachten Sie diese Nachricht bitte als gegenstandslos.',
    noteSubject: 'Gutschrift {note} von {seller}',
    note: 'anbei erhalten Sie die Gutschrift {note} über {given} zur Rechnung {number} vom {issued}.',
    regards: 'Freundliche Grüße\n{seller}',
  },
  fr: {
    subject: 'Facture {number} de {seller}',
    reminderSubject: 'Rappel : facture {number} de {seller}',
    greeting: 'Bonjour {buyer},',
    invoice: 'veuillez trouver ci-joint la facture {number} du {issued} d’un montant de {total}.',
    owed: 'Le montant dû est de {owed}, à régler avant le {due}.',
    settled: 'Il ne reste rien à payer.',
    reminder: 'nous n’avons pas reçu les {owed} encore dus sur la facture {number} du {issued}, à régler avant le {due}. La facture est jointe.',
    ignore: 'Si vous avez payé entre-temps, veuillez ne pas tenir compte de ce message.',
    noteSubject: 'Avoir {note} de {seller}',
    note: 'veuillez trouver ci-joint l’avoir {note} d’un montant de {given} sur la facture {number} du {issued}.',
    regards: 'Cordialement\n{seller}',
  },
  es: {
    subject: 'Factura {number} de {seller}',
    reminderSubject: 'Recordatorio: factura {number} de {seller}',
    greeting: 'Hola, {buyer}:',
    invoice: 'Adjuntamos la factura {number} del {issued} por {total}.',
    owed: 'El importe pendiente es de {owed}, a pagar hasta el {due}.',
    settled: 'No queda nada por pagar.',
    reminder: 'No hemos recibido los {owed} pendientes de la factura {number} del {issued}, a pagar hasta el {due}. Adjuntamos la factura.',
    ignore: 'Si ya ha pagado, no tenga en cuenta este mensaje.',
    noteSubject: 'Nota de crédito {note} de {seller}',
    note: 'Adjuntamos la nota de crédito {note} por {given} de la factura {number} del {issued}.',
    regards: 'Un saludo\n{seller}',
  },
  it: {
    subject: 'Fattura {number} di {seller}',
    reminderSubject: 'Promemoria: fattura {number} di {seller}',
    greeting: 'Buongiorno {buyer},',
    invoice: 'in allegato la fattura {number} del {issued} di {total}.',
    owed: 'L’importo dovuto è di {owed}, da pagare entro il {due}.',
    settled: 'Non resta nulla da pagare.',
    reminder: 'non abbiamo ricevuto i {owed} ancora dovuti sulla fattura {number} del {issued}, da pagare entro il {due}. La fattura è allegata.',
    ignore: 'Se nel frattempo avete pagato, non tenete conto di questo messaggio.',
    noteSubject: 'Nota di credito {note} di {seller}',
    note: 'in allegato la nota di credito {note} di {given} per la fattura {number} del {issued}.',
    regards: 'Cordiali saluti\n{seller}',
  },
  nl: {
    subject: 'Factuur {number} van {seller}',
    reminderSubject: 'Herinnering: factuur {number} van {seller}',
    greeting: 'Beste {buyer},',
    invoice: 'bijgevoegd vindt u factuur {number} van {issued} voor {total}.',
    owed: 'Het openstaande bedrag is {owed}, te betalen vóór {due}.',
    settled: 'Er hoeft niets meer betaald te worden.',
    reminder: 'van factuur {number} van {issued}, te betalen vóór {due}, staat nog {owed} open. De factuur is bijgevoegd.',
    ignore: 'Heeft u inmiddels betaald, dan kunt u dit bericht als niet verzonden beschouwen.',
    noteSubject: 'Creditnota {note} van {seller}',
    note: 'bijgevoegd vindt u creditnota {note} voor {given} bij factuur {number} van {issued}.',
    regards: 'Met vriendelijke groet\n{seller}',
  },
  pt: {
    subject: 'Fatura {number} de {seller}',
    reminderSubject: 'Lembrete: fatura {number} de {seller}',
    greeting: 'Olá, {buyer},',
    invoice: 'segue em anexo a fatura {number} de {issued} no valor de {total}.',
    owed: 'O valor em dívida é de {owed}, a pagar até {due}.',
    settled: 'Não há nada a pagar.',
    reminder: 'não recebemos os {owed} ainda em dívida da fatura {number} de {issued}, a pagar até {due}. A fatura segue em anexo.',
    ignore: 'Se entretanto já pagou, por favor ignore esta mensagem.',
    noteSubject: 'Nota de crédito {note} de {seller}',
    note: 'segue em anexo a nota de crédito {note} no valor de {given} da fatura {number} de {issued}.',
    regards: 'Com os melhores cumprimentos\n{seller}',
  },
  pl: {
    subject: 'Faktura {number} od {seller}',
    reminderSubject: 'Przypomnienie: faktura {number} od {seller}',
    greeting: 'Dzień dobry, {buyer},',
    invoice: 'w załączeniu przesyłamy fakturę {number} z dnia {issued} na kwotę {total}.',
    owed: 'Do zapłaty pozostaje {owed}, termin płatności: {due}.',
    settled: 'Nie pozostało nic do zapłaty.',
    reminder: 'nie otrzymaliśmy jeszcze {owed} z faktury {number} z dnia {issued}, termin płatności: {due}. Fakturę załączamy.',
    ignore: 'Jeśli płatność została już dokonana, prosimy zignorować tę wiadomość.',
    noteSubject: 'Nota kredytowa {note} od {seller}',
    note: 'w załączeniu przesyłamy notę kredytową {note} na kwotę {given} do faktury {number} z dnia {issued}.',
    regards: 'Z poważaniem\n{seller}',
  },
};

/** The words of a locale that has labels; those of its language. */
export function wordsOf(locale: string): MailWords {
  return catalogues[locale.split('-')[0] ?? ''] ?? en;
}
