-- A number that no other session has, here or in another house: copies elsewhere are told apart by it, also after a
-- backup was restored and the plain ids are given a second time.
ALTER TABLE sessions ADD COLUMN uid INTEGER NOT NULL DEFAULT 0;

UPDATE sessions SET uid = random() & 9223372036854775807;
