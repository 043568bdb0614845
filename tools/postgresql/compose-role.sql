-- Runs once, when docker compose makes the volume of its PostgreSQL (docker-compose.yml). The gateway's role owns its
-- database and is no superuser, for whom row-level security would not hold. docs/database.md has the same for a server
-- of your own.
\getenv password POSTGRES_PASSWORD
create role asbru login password :'password';
create database asbru owner asbru;
-- The password is the gateway's alone: the superuser comes in only from inside the container, where none is asked.
alter role current_user password null;
