-- A loop's runs are read from this index alone, and its draws are found by it. No other note costs anything for it.
CREATE INDEX notes_by_time ON notes (loop, kind, utc_ms, session, at_ms)
WHERE kind IN ('run_started', 'run_ended', 'drawn');

-- The lowest and the highest temperature of each hour and when they were: what a year's curve is drawn from.
CREATE TABLE hours (
    series INTEGER NOT NULL REFERENCES series (id),
    hour INTEGER NOT NULL,
    low_ms INTEGER NOT NULL,
    low_c REAL NOT NULL,
    high_ms INTEGER NOT NULL,
    high_c REAL NOT NULL,
    PRIMARY KEY (hour, series)
) WITHOUT ROWID;

CREATE TRIGGER hours_of_new_readings AFTER INSERT ON readings WHEN new.utc_ms IS NOT NULL
BEGIN
    INSERT INTO hours VALUES (new.series, new.utc_ms / 3600000, new.utc_ms, new.value_c, new.utc_ms, new.value_c)
    ON CONFLICT (hour, series) DO UPDATE SET
        low_ms = iif(excluded.low_c < low_c, excluded.low_ms, low_ms),
        low_c = min(low_c, excluded.low_c),
        high_ms = iif(excluded.high_c > high_c, excluded.high_ms, high_ms),
        high_c = max(high_c, excluded.high_c);
END;

CREATE TRIGGER hours_of_dated_readings AFTER UPDATE OF utc_ms ON readings WHEN new.utc_ms IS NOT NULL
BEGIN
    INSERT INTO hours VALUES (new.series, new.utc_ms / 3600000, new.utc_ms, new.value_c, new.utc_ms, new.value_c)
    ON CONFLICT (hour, series) DO UPDATE SET
        low_ms = iif(excluded.low_c < low_c, excluded.low_ms, low_ms),
        low_c = min(low_c, excluded.low_c),
        high_ms = iif(excluded.high_c > high_c, excluded.high_ms, high_ms),
        high_c = max(high_c, excluded.high_c);
END;

INSERT INTO hours
SELECT lows.series, lows.hour, low_ms, low_c, high_ms, high_c
FROM
    (SELECT series, utc_ms / 3600000 AS hour, utc_ms AS low_ms, min(value_c) AS low_c
     FROM readings WHERE utc_ms IS NOT NULL GROUP BY series, hour) AS lows
JOIN
    (SELECT series, utc_ms / 3600000 AS hour, utc_ms AS high_ms, max(value_c) AS high_c
     FROM readings WHERE utc_ms IS NOT NULL GROUP BY series, hour) AS highs
    ON highs.series = lows.series AND highs.hour = lows.hour;
