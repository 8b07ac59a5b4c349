-- A register as the first version of Cohort wrote it: one return received, checked and signed.
BEGIN TRANSACTION;
CREATE TABLE events (
	number INTEGER NOT NULL,
	at VARCHAR NOT NULL,
	actor VARCHAR NOT NULL,
	action VARCHAR NOT NULL,
	submission_id VARCHAR NOT NULL,
	details VARCHAR NOT NULL,
	previous_hash VARCHAR(64) NOT NULL,
	hash VARCHAR(64) NOT NULL,
	PRIMARY KEY (number),
	UNIQUE (hash)
);
INSERT INTO "events" VALUES(1,'2026-10-01T12:00:00.000+00:00','officer','received','E09000012-2026-27Q2-v1','{"files": 1, "sha256": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}','0000000000000000000000000000000000000000000000000000000000000000','7eb88979462c6382d2c859bec5b572a575658e9619bf06d3c0a635249d4831e0');
INSERT INTO "events" VALUES(2,'2026-10-01T12:00:00.000+00:00','officer','checked','E09000012-2026-27Q2-v1','{"errors": 0, "queries": 1}','7eb88979462c6382d2c859bec5b572a575658e9619bf06d3c0a635249d4831e0','eae4fe7be75418e626fc6a25bea9312edc02de1ad0fb6ffc76d478d90f50a4d9');
INSERT INTO "events" VALUES(3,'2026-10-01T12:00:00.000+00:00','head of HR','signed','E09000012-2026-27Q2-v1','{"sha256": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}','eae4fe7be75418e626fc6a25bea9312edc02de1ad0fb6ffc76d478d90f50a4d9','b04a11abdd836bd10930bd9aa75dc69c5d9ef7b6acd6593be83ffe015c58b23f');
CREATE TABLE submissions (
	submission_id VARCHAR NOT NULL,
	borough_code VARCHAR NOT NULL,
	quarter VARCHAR NOT NULL,
	version INTEGER NOT NULL,
	state VARCHAR NOT NULL,
	sha256 VARCHAR(64) NOT NULL,
	files VARCHAR NOT NULL,
	received_at VARCHAR NOT NULL,
	signed_at VARCHAR,
	error_count INTEGER,
	query_count INTEGER,
	PRIMARY KEY (submission_id),
	UNIQUE (borough_code, quarter, version),
	UNIQUE (borough_code, quarter, sha256)
);
INSERT INTO "submissions" VALUES('E09000012-2026-27Q2-v1','E09000012','2026-27Q2',1,'signed','aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa','[{"name": "return-a.csv", "sha256": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}]','2026-10-01T12:00:00.000+00:00','2026-10-01T12:00:00.000+00:00',0,1);
COMMIT;
