/** Who buys: names, places and what becomes of each. Dates are local ones of the customer. */
export interface DemoCustomer {
  readonly id: string;
  readonly name: string;
  readonly timezone: string;
  readonly country: string;
  readonly plan: string;
  /** Months and days after the history begins on which the subscription starts. */
  readonly starts: readonly [months: number, day: number];
  readonly billing_time: 'calendar' | 'anniversary';
  /** Days a draft may still change; some of the last drafts are open because of it. */
  readonly grace: number;
  readonly terms: number;
  /** Events on an ordinary day. */
  readonly size: number;
  /** How it ends: by an announced date, or at once with what was paid for later days credited. */
  readonly ends?: { readonly after: readonly [months: number, day: number]; readonly how: 'announced' | 'at once' };
}

type Row = readonly [id: string, name: string, timezone: string, country: string, plan: string, months: number, day: number, size: number];

const rows: readonly Row[] = [
  ['brightloom', 'Brightloom Media', 'America/New_York', 'US', 'starter', 0, 1, 2],
  ['harborline', 'Harborline Logistics', 'America/New_York', 'US', 'growth', 0, 1, 6],
  ['tessera', 'Tessera Analytics', 'America/Los_Angeles', 'US', 'scale', 0, 1, 9],
  ['copperfield', 'Copperfield Dental Group', 'America/Chicago', 'US', 'starter', 0, 10, 1],
  ['nimbus-nine', 'Nimbus Nine', 'America/Los_Angeles', 'US', 'growth', 0, 20, 5],
  ['ardent', 'Ardent Robotics', 'America/Denver', 'US', 'scale', 1, 1, 8],
  ['maplewire', 'Maplewire', 'America/Toronto', 'CA', 'growth', 1, 10, 4],
  ['casa-verde', 'Casa Verde Imóveis', 'America/Sao_Paulo', 'BR', 'starter', 1, 20, 2],
  ['pinecrest', 'Pinecrest Schools', 'America/Chicago', 'US', 'starter', 2, 1, 2],
  ['lattice-bio', 'Lattice Bio', 'America/New_York', 'US', 'growth', 2, 31, 5],
  ['southbank', 'Southbank Freight', 'Australia/Brisbane', 'AU', 'growth', 3, 1, 4],
  ['kestrel', 'Kestrel Aerial Survey', 'Africa/Johannesburg', 'ZA', 'starter', 3, 10, 1],
  ['monsoon', 'Monsoon Commerce', 'Asia/Kolkata', 'IN', 'growth', 4, 20, 4],
  ['quarry', 'Quarry Software', 'America/New_York', 'US', 'scale', 4, 1, 7],
  ['tidewater', 'Tidewater Insurance', 'America/New_York', 'US', 'growth', 6, 31, 3],
  ['ember', 'Ember Fitness', 'America/Los_Angeles', 'US', 'starter', 6, 1, 2],
  ['old-mill', 'Old Mill Bakery', 'America/Chicago', 'US', 'starter', 7, 10, 1],
  ['vantage', 'Vantage Point Maps', 'America/Denver', 'US', 'scale', 8, 1, 6],
  ['falkenberg', 'Falkenberg Verlag', 'Europe/Berlin', 'DE', 'commerce', 0, 1, 3],
  ['rosenthal-tee', 'Rosenthal Teehaus', 'Europe/Berlin', 'DE', 'pay-as-you-go', 0, 1, 2],
  ['atelier-nord', 'Atelier Nord', 'Europe/Paris', 'FR', 'commerce', 0, 10, 3],
  ['puente', 'Puente Viajes', 'Europe/Madrid', 'ES', 'commerce', 0, 20, 4],
  ['lumiere', 'Lumière & Fils', 'Europe/Paris', 'FR', 'pay-as-you-go', 1, 1, 3],
  ['van-dijk', 'Van Dijk Fietsen', 'Europe/Amsterdam', 'NL', 'commerce', 1, 1, 3],
  ['helsingborg', 'Helsingborg Marin', 'Europe/Stockholm', 'SE', 'pay-as-you-go', 2, 10, 2],
  ['bianchi-moda', 'Bianchi Moda', 'Europe/Rome', 'IT', 'commerce', 2, 20, 4],
  ['krakow-games', 'Kraków Games', 'Europe/Warsaw', 'PL', 'commerce', 4, 31, 3],
  ['atlantica', 'Atlântica Surf', 'Europe/Lisbon', 'PT', 'pay-as-you-go', 4, 1, 2],
  ['wiener-klang', 'Wiener Klang', 'Europe/Vienna', 'AT', 'commerce', 5, 1, 2],
  ['aegean', 'Aegean Ferries', 'Europe/Athens', 'GR', 'commerce', 6, 10, 3],
  ['thornbury', 'Thornbury & Sons', 'Europe/London', 'GB', 'platform', 0, 1, 3],
  ['cloudberry', 'Cloudberry Payments', 'Europe/London', 'GB', 'platform', 0, 10, 6],
  ['greyfriars', 'Greyfriars Theatre', 'Europe/London', 'GB', 'platform', 1, 31, 2],
  ['meridian', 'Meridian Stays', 'Europe/London', 'GB', 'platform', 2, 1, 4],
  ['lochside', 'Lochside Outfitters', 'Europe/London', 'GB', 'platform', 4, 1, 2],
  ['penrose', 'Penrose Education', 'Europe/London', 'GB', 'platform', 6, 20, 3],
  ['sakura-denki', 'Sakura Denki', 'Asia/Tokyo', 'JP', 'enterprise', 0, 1, 5],
  ['minato', 'Minato Shipping', 'Asia/Tokyo', 'JP', 'enterprise', 0, 10, 4],
  ['kitsune', 'Kitsune Studio', 'Asia/Tokyo', 'JP', 'enterprise', 2, 1, 3],
  ['hoshizora', 'Hoshizora Labs', 'Asia/Tokyo', 'JP', 'enterprise', 5, 20, 3],
];

const endings: Readonly<Record<string, NonNullable<DemoCustomer['ends']>>> = {
  copperfield: { after: [5, 17], how: 'announced' },
  'nimbus-nine': { after: [8, 12], how: 'at once' },
  helsingborg: { after: [7, 4], how: 'announced' },
  greyfriars: { after: [9, 15], how: 'at once' },
};

/** Forty of them. Whoever starts on the 1st is billed by the calendar, the others from the day they started. */
export const customers: readonly DemoCustomer[] = rows.map(([id, name, timezone, country, plan, months, day, size], index) => ({
  id,
  name,
  timezone,
  country,
  plan,
  starts: [months, day],
  billing_time: day === 1 ? 'calendar' : 'anniversary',
  grace: index % 5 === 2 ? 6 : 0,
  terms: [14, 30, 30, 45][index % 4] ?? 30,
  size,
  ...(endings[id] === undefined ? {} : { ends: endings[id] }),
}));
