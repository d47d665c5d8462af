-- How far the nightly check of days long gone has come in its present round; null between two rounds.
alter table usage_meters add column compared_to timestamptz;
