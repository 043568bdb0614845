process.env.ASBRU_LOG_LEVEL ??= 'silent';
export {};
//# sourceMappingURL=setup.js.map