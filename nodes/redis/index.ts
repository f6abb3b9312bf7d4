// A Redis 7.0 server: the door.

export { flawedRedis, redis, type RedisFlaws } from './redis.ts'
export { redisPort } from './redis-port.ts'
export type { PersistenceFlaws } from './files/index.ts'
export { redisOperations, redisWorkload, type RedisWorkloadOptions } from './workload.ts'
export type { ByteString } from './value.ts'
export { RedisClient, type RedisClientOptions } from './redis-client.ts'
export { type Reply, ReplyDecoder } from './resp/reply-decoder.ts'
export { encodeCommand } from './resp/request-encoder.ts'
export { redisSentinel, sentinelPort } from './sentinel/index.ts'
export { flawedRaftRedis, raftRedis, type RaftFlaws } from './raft/index.ts'
