-- Once, by the database's owner, where the TimescaleDB extension is installed: temperatures in pieces of a week, packed
-- after a month. Everything else works the same with and without it.
CREATE EXTENSION IF NOT EXISTS timescaledb;
SELECT create_hypertable('zcw.readings', by_range('at', INTERVAL '7 days'), migrate_data => true);
ALTER TABLE zcw.readings SET (
    timescaledb.compress,
    timescaledb.compress_segmentby = 'home, loop, sensor',
    timescaledb.compress_orderby = 'at'
);
SELECT add_compression_policy('zcw.readings', INTERVAL '30 days');
