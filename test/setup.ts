process.env.ASBRU_LOG_LEVEL ??= 'silent';
// A database of its own for each gateway of a test; no file in the working directory.
process.env.DATABASE_URL ??= 'sqlite::memory:';
