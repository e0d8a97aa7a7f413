#!/bin/sh
# Run once by the image, with the first start of an empty database: the owner of the schema and the role that Firebreak works as.
# Neither is a superuser. `firebreak migrate` gives the second its rights, and it can change nothing that is recorded.
set -eu
psql -v ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres \
  -v owner="$(cat /run/secrets/postgres_owner_password)" -v app="$(cat /run/secrets/postgres_app_password)" <<'SQL'
CREATE ROLE firebreak_owner LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS PASSWORD :'owner';
CREATE ROLE firebreak_app LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS PASSWORD :'app';
CREATE DATABASE firebreak OWNER firebreak_owner;
REVOKE ALL ON DATABASE firebreak FROM PUBLIC;
\connect firebreak
ALTER SCHEMA public OWNER TO firebreak_owner;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
SQL
