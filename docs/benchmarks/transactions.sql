-- Tables and a transaction like those of PostgreSQL's pgbench (its manual, "the TPC-B-like built-in script"), ten branches.
CREATE TABLE branches (bid int PRIMARY KEY, balance int NOT NULL);
CREATE TABLE tellers (tid int PRIMARY KEY, bid int NOT NULL, balance int NOT NULL);
CREATE TABLE accounts (aid int PRIMARY KEY, bid int NOT NULL, balance int NOT NULL);
CREATE TABLE history (tid int, bid int, aid int, delta int, at timestamptz);
INSERT INTO branches SELECT n, 0 FROM generate_series(1, 10) n;
INSERT INTO tellers SELECT n, (n - 1) / 10 + 1, 0 FROM generate_series(1, 100) n;
INSERT INTO accounts SELECT n, (n - 1) / 10000 + 1, 0 FROM generate_series(1, 100000) n;
ANALYZE;
CREATE FUNCTION transact() RETURNS int LANGUAGE plpgsql AS $$
DECLARE
  account int := 1 + random() * 99999;
  teller int := 1 + random() * 99;
  branch int := 1 + random() * 9;
  change int := random() * 10000 - 5000;
  result int;
BEGIN
  UPDATE accounts SET balance = balance + change WHERE aid = account;
  SELECT balance INTO result FROM accounts WHERE aid = account;
  UPDATE tellers SET balance = balance + change WHERE tid = teller;
  UPDATE branches SET balance = balance + change WHERE bid = branch;
  INSERT INTO history VALUES (teller, branch, account, change, now());
  RETURN result;
END $$;
