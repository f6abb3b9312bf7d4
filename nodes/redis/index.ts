// A Redis 7.0 server: the door.

export { flawedRedis, redis, redisPort } from './redis.ts'
export type { PersistenceFlaws } from './files/index.ts'
export type { ByteString } from './value.ts'
export { RedisClient, type RedisClientOptions } from './redis-client.ts'
export type { Reply } from './resp/reply-decoder.ts'
export { redisSentinel, sentinelPort } from './sentinel/index.ts'
