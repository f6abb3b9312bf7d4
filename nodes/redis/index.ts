// A Redis 7.0 server: the door.

export { redis, redisPort } from './redis.ts'
export type { ByteString } from './value.ts'
