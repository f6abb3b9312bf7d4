/** Where a Redis server listens unless its parameter `port` says otherwise. */
export const redisPort = 6379
