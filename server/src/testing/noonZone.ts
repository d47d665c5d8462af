/**
 * A time zone in which it is about noon now, without changes of its clocks: a test in real time that computes with days has half a day
 * before anybody's midnight, at whatever hour it runs.
 */
export function noonZone(): string {
  const ahead = 12 - Temporal.Now.zonedDateTimeISO('UTC').hour;
  // The sign of these names is the other way round: Etc/GMT-5 is five hours ahead of UTC.
  return `Etc/GMT${ahead < 0 ? '+' : '-'}${Math.abs(ahead)}`;
}
