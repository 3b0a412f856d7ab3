//! One history of the database schema, for SQLite and Postgres.
