// A Redis 7.0 server: the door.

export { flawedRedis, redis, redisPort } from './redis.ts'
export type { PersistenceFlaws } from './files/index.ts'
export { redisClient, type RedisClientOptions, redisOperations } from './history-client.ts'
export type { ByteString } from './value.ts'
