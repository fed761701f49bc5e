-- Once, by the database's owner, where the TimescaleDB extension is installed, after the first gateway has made the tables:
--
--   psql --set ON_ERROR_STOP=1 --single-transaction --file timescale.sql 'postgresql://owner@db.example.org/history'
--
-- Temperatures are then kept in pieces of a week, packed after a month. Everything else works the same with and without it.
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_available_extensions WHERE name = 'timescaledb') THEN
        RAISE EXCEPTION 'TimescaleDB is not installed on this server; nothing was changed'
            USING HINT = 'Everything works without it. Or install it, name it in shared_preload_libraries, and run this again.';
    END IF;
    IF to_regclass('zcw.readings') IS NULL THEN
        RAISE EXCEPTION 'there is no history in this database yet; nothing was changed'
            USING HINT = 'Let a gateway connect first (storage.central in its configuration): it makes the tables.';
    END IF;
END
$$;

CREATE EXTENSION IF NOT EXISTS timescaledb;
SELECT create_hypertable('zcw.readings', by_range('at', INTERVAL '7 days'), migrate_data => true, if_not_exists => true);
ALTER TABLE zcw.readings SET (
    timescaledb.compress,
    timescaledb.compress_segmentby = 'home, loop, sensor',
    timescaledb.compress_orderby = 'at'
);
SELECT add_compression_policy('zcw.readings', INTERVAL '30 days', if_not_exists => true);
