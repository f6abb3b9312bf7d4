// Where keys stand in commands and what becomes of them, as COMMAND INFO says it: for each kind of place the commands that have
// it. A place: flags, where the search begins (an index, or a word and the index from which it is looked for), and what is
// found there: `last/step/limit` of a range, or `#count/first/step` of keys behind their count; `?` where only the command
// itself can tell.

/** Places, and the names of commands with just these. */
export const keyPlaces: readonly (readonly [places: string, commands: string])[] = [
  [
    'RO,access 1 0/1/0',
    'bitcount bitfield_ro bitpos dump expiretime geodist geohash geopos georadius_ro georadiusbymember_ro geosearch get getbit getrange hget hgetall hkeys hmget hrandfield hscan hvals lindex lpos lrange pexpiretime pttl smembers smismember srandmember sscan substr ttl xpending xrange xrevrange zcount zlexcount zmscore zrandmember zrange zrangebylex zrangebyscore zrank zrevrange zrevrangebylex zrevrangebyscore zrevrank zscan zscore',
  ],
  [
    'RW,update 1 0/1/0',
    'expire expireat geoadd hmset hset lset persist pexpire pexpireat setrange xack xadd xclaim xsetid zadd',
  ],
  [
    'RW,access,update 1 0/1/0',
    'decr decrby getex getset hincrby hincrbyfloat incr incrby incrbyfloat move setbit zincrby',
  ],
  [
    'RW,delete 1 0/1/0',
    'hdel lrem ltrim srem xautoclaim xdel xtrim zrem zremrangebylex zremrangebyrank zremrangebyscore',
  ],
  ['RO 1 0/1/0', 'hexists hlen hstrlen llen scard sismember strlen type xlen zcard'],
  ['RW,insert 1 0/1/0', 'append hsetnx linsert lpush lpushx pfadd rpush rpushx sadd'],
  ['RW,access,delete 1 0/1/0', 'getdel lpop rpop spop zpopmax zpopmin'],
  ['RO 2 0/1/0', 'memory|usage object|encoding object|freq object|idletime object|refcount'],
  ['RO,access 1 #0/1/1', 'sintercard zdiff zinter zintercard zunion'],
  ['RW,access,delete 1 0/1/0; RW,insert 2 0/1/0', 'blmove brpoplpush lmove rpoplpush smove'],
  ['RO,access 1 -1/1/0', 'mget sdiff sinter sunion'],
  ['RW,access,delete 1 -2/1/0', 'blpop brpop bzpopmax bzpopmin'],
  ['OW,update 1 0/1/0', 'psetex restore restore-asking setex'],
  ['OW,update 1 0/1/0; RO,access 2 #0/1/1', 'zdiffstore zinterstore zunionstore'],
  ['RO 1 -1/1/0', 'exists touch watch'],
  ['RO,access 2 #0/1/1', 'eval_ro evalsha_ro fcall_ro'],
  ['RO,access 2 0/1/0', 'xinfo|consumers xinfo|groups xinfo|stream'],
  ['RW,access,update 2 #0/1/1', 'eval evalsha fcall'],
  ['OW,update 1 0/1/0; RO,access 2 -1/1/0', 'sdiffstore sunionstore'],
  ['OW,update 1 0/1/0; RO,access 2 0/1/0', 'geosearchstore zrangestore'],
  ['RM,delete 1 -1/1/0', 'del unlink'],
  ['RW,access,delete 1 #0/1/1', 'lmpop zmpop'],
  ['RW,access,delete 2 #0/1/1', 'blmpop bzmpop'],
  ['RW,access,update,variable_flags 1 0/1/0', 'bitfield set'],
  ['RW,delete 2 0/1/0', 'xgroup|delconsumer xgroup|destroy'],
  ['RW,insert 2 0/1/0', 'xgroup|create xgroup|createconsumer'],
  ['not_key 1 -1/1/0', 'ssubscribe sunsubscribe'],
  ['OW,insert 1 -1/2/0', 'msetnx'],
  ['OW,insert 1 0/1/0', 'setnx'],
  ['OW,update 1 -1/2/0', 'mset'],
  ['OW,update 2 0/1/0; RO,access 3 -1/1/0', 'bitop'],
  ['RO,access 1 0/1/0; OW,update 2 0/1/0', 'copy'],
  ['RO,access 1 0/1/0; OW,update STORE@5 0/1/0; OW,update STOREDIST@5 0/1/0', 'georadiusbymember'],
  ['RO,access 1 0/1/0; OW,update STORE@6 0/1/0; OW,update STOREDIST@6 0/1/0', 'georadius'],
  ['RO,access 1 0/1/0; RO,access ? ?', 'sort_ro'],
  ['RO,access 1 0/1/0; RO,access ? ?; OW,update ? ?', 'sort'],
  ['RO,access 1 1/1/0', 'lcs'],
  ['RW,access,delete 3 0/1/0; RW,access,delete,incomplete KEYS@-2 -1/1/0', 'migrate'],
  ['RO,access STREAMS@1 -1/1/2', 'xread'],
  ['RO,access STREAMS@4 -1/1/2', 'xreadgroup'],
  ['RW,access 1 -1/1/0', 'pfcount'],
  ['RW,access 2 0/1/0', 'pfdebug'],
  ['RW,access,delete 1 0/1/0; OW,insert 2 0/1/0', 'renamenx'],
  ['RW,access,delete 1 0/1/0; OW,update 2 0/1/0', 'rename'],
  ['RW,access,insert 1 0/1/0; RO,access 2 -1/1/0', 'pfmerge'],
  ['RW,update 1 0/1/0; RO,access 2 -1/1/0', 'sinterstore'],
  ['RW,update 2 0/1/0', 'xgroup|setid'],
  ['not_key 1 0/1/0', 'spublish'],
]

/** What proxies and clusters are told of commands (`COMMAND INFO`'s tips). */
export const commandTips: readonly (readonly [tips: string, commands: string])[] = [
  [
    'nondeterministic_output',
    'client|info client|list cluster|bumpepoch cluster|count-failure-reports cluster|getkeysinslot cluster|info cluster|links cluster|nodes cluster|replicas cluster|shards cluster|slaves cluster|slots dump hrandfield hscan lastsave migrate object|encoding object|freq object|idletime object|refcount pttl spop srandmember sscan time ttl xadd xautoclaim xclaim xinfo|consumers xpending xtrim zrandmember zscan',
  ],
  [
    'nondeterministic_output_order',
    'command command|docs command|info command|list function|list hgetall hkeys hvals module|list sdiff sinter smembers sunion',
  ],
  [
    'request_policy:all_shards response_policy:all_succeeded',
    'flushall flushdb function|delete function|flush function|load function|restore memory|purge ping',
  ],
  [
    'nondeterministic_output request_policy:all_nodes response_policy:special',
    'latency|doctor latency|graph latency|histogram latency|history latency|latest',
  ],
  [
    'nondeterministic_output request_policy:all_shards response_policy:special',
    'function|stats info memory|doctor memory|malloc-stats memory|stats',
  ],
  [
    'request_policy:all_nodes response_policy:all_succeeded',
    'config|set latency|reset script|flush script|load slowlog|reset',
  ],
  ['request_policy:multi_shard response_policy:agg_sum', 'del exists touch unlink'],
  ['request_policy:all_shards response_policy:one_succeeded', 'function|kill script|kill'],
  ['nondeterministic_output request_policy:special', 'scan'],
  ['request_policy:all_nodes nondeterministic_output', 'slowlog|get'],
  ['request_policy:all_nodes response_policy:agg_sum nondeterministic_output', 'slowlog|len'],
  ['request_policy:all_shards nondeterministic_output', 'randomkey'],
  ['request_policy:all_shards nondeterministic_output_order', 'keys'],
  ['request_policy:all_shards response_policy:agg_logical_and', 'script|exists'],
  ['request_policy:all_shards response_policy:agg_min', 'wait'],
  ['request_policy:all_shards response_policy:agg_sum', 'dbsize'],
  ['request_policy:multi_shard', 'mget'],
  ['request_policy:multi_shard response_policy:agg_min', 'msetnx'],
  ['request_policy:multi_shard response_policy:all_succeeded', 'mset'],
]
