// Which Redis this server speaks for.

/** The version that HELLO and INFO tell. */
export const redisVersion = '7.0.15'
