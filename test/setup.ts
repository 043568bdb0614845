process.env.ASBRU_LOG_LEVEL ??= 'silent';
