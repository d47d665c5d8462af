import { gridPlaces, liveGrid, tileGrid } from '../../core/src/subscriptions/timeGrid.ts';

// Ten years of monthly billing from every day of a year in thirty zones: `npm run torture:calendar`. Tests live a tenth of it.

const places = [...gridPlaces()];
const each = 1000;
let wrong = 0;
for (const [index, place] of places.entries()) {
  const fault = tileGrid(place) ?? liveGrid(place);
  if (fault !== null) {
    wrong++;
    process.stdout.write(`${JSON.stringify(place)}: ${fault}\n`);
  }
  if ((index + 1) % each === 0) process.stdout.write(`${index + 1} of ${places.length} lives\n`);
}
process.stdout.write(`${places.length} lives of ten years, ${wrong} of them wrong\n`);
process.exit(wrong === 0 ? 0 : 1);
