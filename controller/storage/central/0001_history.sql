-- The history of many houses. Rows are told apart by the session of the gateway that wrote them.
CREATE SCHEMA IF NOT EXISTS zcw;

CREATE TABLE zcw.readings (
    home text NOT NULL,
    loop text NOT NULL,
    sensor text NOT NULL,
    at timestamptz NOT NULL,
    value_c double precision NOT NULL,
    session_uid bigint NOT NULL,
    id bigint NOT NULL,
    PRIMARY KEY (session_uid, id, at)
);

CREATE INDEX readings_by_curve ON zcw.readings (home, loop, sensor, at);

CREATE TABLE zcw.notes (
    home text NOT NULL,
    loop text NOT NULL,
    at timestamptz NOT NULL,
    kind text NOT NULL,
    reason text NOT NULL,
    reason_values jsonb NOT NULL,
    details jsonb NOT NULL,
    session_uid bigint NOT NULL,
    id bigint NOT NULL,
    PRIMARY KEY (session_uid, id, at)
);

CREATE INDEX notes_by_kind ON zcw.notes (home, kind, at);
CREATE INDEX notes_by_loop ON zcw.notes (session_uid, loop, id);

CREATE TABLE zcw.commands (
    home text NOT NULL,
    loop text NOT NULL,
    at timestamptz NOT NULL,
    run boolean NOT NULL,
    lease_s double precision NOT NULL,
    reason text NOT NULL,
    reason_values jsonb NOT NULL,
    session_uid bigint NOT NULL,
    id bigint NOT NULL,
    PRIMARY KEY (session_uid, id, at)
);

CREATE INDEX commands_by_time ON zcw.commands (home, at);

-- What each run was: its end is the next note of the same loop, if that tells of an end.
CREATE VIEW zcw.runs AS
SELECT
    started.home,
    started.loop,
    started.at AS started_at,
    ended.at AS ended_at,
    extract(epoch FROM ended.at - started.at)::double precision AS run_s,
    started.details ->> 'by' AS strategy,
    started.details ->> 'fixture' AS fixture,
    started.reason AS start_reason,
    ended.reason AS stop_reason
FROM zcw.notes AS started
LEFT JOIN LATERAL (
    SELECT later.at, later.kind, later.reason
    FROM zcw.notes AS later
    WHERE later.session_uid = started.session_uid
        AND later.loop = started.loop
        AND later.id > started.id
        AND later.kind IN ('run_started', 'run_ended')
    ORDER BY later.id
    LIMIT 1
) AS ended ON ended.kind = 'run_ended'
WHERE started.kind = 'run_started';
