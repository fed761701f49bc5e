-- One row for each time the controller opened this file. Instants (at_ms) only compare within a session.
CREATE TABLE sessions (
    id INTEGER PRIMARY KEY
);

-- Facts worth keeping. utc_ms is NULL while the clock was not trusted; filled in later, and then backfilled = 1.
CREATE TABLE notes (
    id INTEGER PRIMARY KEY,
    session INTEGER NOT NULL REFERENCES sessions (id),
    loop TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    utc_ms INTEGER,
    backfilled INTEGER NOT NULL DEFAULT 0,
    kind TEXT NOT NULL,
    reason TEXT NOT NULL,
    reason_values TEXT NOT NULL,
    details TEXT NOT NULL
);

CREATE INDEX notes_by_kind ON notes (kind, id);
CREATE INDEX notes_by_loop ON notes (loop, id);

-- Every order given to a pump.
CREATE TABLE commands (
    id INTEGER PRIMARY KEY,
    session INTEGER NOT NULL REFERENCES sessions (id),
    loop TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    utc_ms INTEGER,
    backfilled INTEGER NOT NULL DEFAULT 0,
    run INTEGER NOT NULL,
    lease_ms INTEGER NOT NULL,
    reason TEXT NOT NULL,
    reason_values TEXT NOT NULL
);

-- Names of temperature curves, so that a reading costs some twenty bytes.
CREATE TABLE series (
    id INTEGER PRIMARY KEY,
    loop TEXT NOT NULL,
    sensor TEXT NOT NULL,
    UNIQUE (loop, sensor)
);

-- Thinned temperatures in C.
CREATE TABLE readings (
    id INTEGER PRIMARY KEY,
    session INTEGER NOT NULL REFERENCES sessions (id),
    series INTEGER NOT NULL REFERENCES series (id),
    at_ms INTEGER NOT NULL,
    utc_ms INTEGER,
    backfilled INTEGER NOT NULL DEFAULT 0,
    value_c REAL NOT NULL
);

CREATE INDEX readings_by_time ON readings (utc_ms);

-- The newest state of each loop, with a checksum because a flipped bit must not become a decision.
CREATE TABLE snapshots (
    loop TEXT PRIMARY KEY,
    state TEXT NOT NULL,
    sha256 TEXT NOT NULL
);

-- Small values the storage itself remembers from one session to the next.
CREATE TABLE memory (
    name TEXT PRIMARY KEY,
    value INTEGER NOT NULL
);
