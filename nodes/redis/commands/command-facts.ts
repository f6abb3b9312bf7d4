// Facts of commands for COMMAND DOCS, each with the commands of which it holds.

/** The version of Redis that had them first. */
export const commandSince: readonly (readonly [value: string, commands: string])[] = [
  [
    '1.0.0',
    'auth bgrewriteaof bgsave dbsize debug decr decrby del echo exists expire flushall flushdb get getset incr incrby info keys lastsave lindex llen lpop lpush lrange lrem lset ltrim mget monitor move ping quit randomkey rename renamenx rpop rpush sadd save scard sdiff sdiffstore select set setnx shutdown sinter sinterstore sismember slaveof smembers smove sort spop srandmember srem substr sunion sunionstore sync ttl type',
  ],
  ['1.0.1', 'mset msetnx'],
  ['1.0.5', 'zrangebyscore'],
  ['1.2.0', 'exec expireat multi rpoplpush zadd zcard zincrby zrange zrem zremrangebyscore zrevrange zscore'],
  [
    '2.0.0',
    'append blpop brpop config config|get config|resetstat config|set discard hdel hexists hget hgetall hincrby hkeys hlen hmget hmset hset hsetnx hvals psubscribe publish punsubscribe setex subscribe unsubscribe zcount zinterstore zrank zremrangebyrank zrevrank zunionstore',
  ],
  [
    '2.2.0',
    'brpoplpush getbit linsert lpushx persist rpushx setbit setrange strlen unwatch watch zrevrangebyscore',
  ],
  ['2.2.12', 'slowlog slowlog|get slowlog|len slowlog|reset'],
  ['2.2.3', 'object object|encoding object|idletime object|refcount'],
  ['2.4.0', 'client client|kill client|list getrange'],
  [
    '2.6.0',
    'bitcount bitop dump eval evalsha hincrbyfloat incrbyfloat migrate pexpire pexpireat psetex pttl restore script script|exists script|flush script|kill script|load time',
  ],
  ['2.6.9', 'client|getname client|setname'],
  ['2.8.0', 'config|rewrite hscan psync pubsub pubsub|channels pubsub|numpat pubsub|numsub scan sscan zscan'],
  ['2.8.12', 'role'],
  [
    '2.8.13',
    'command command|count command|getkeys command|info latency latency|doctor latency|graph latency|help latency|history latency|latest latency|reset',
  ],
  ['2.8.7', 'bitpos'],
  ['2.8.9', 'pfadd pfcount pfdebug pfmerge pfselftest zlexcount zrangebylex zremrangebylex zrevrangebylex'],
  ['2.9.50', 'client|pause'],
  [
    '3.0.0',
    'asking cluster cluster|addslots cluster|bumpepoch cluster|count-failure-reports cluster|countkeysinslot cluster|delslots cluster|failover cluster|flushslots cluster|forget cluster|getkeysinslot cluster|info cluster|keyslot cluster|meet cluster|myid cluster|nodes cluster|replicate cluster|reset cluster|saveconfig cluster|set-config-epoch cluster|setslot cluster|slaves cluster|slots readonly readwrite replconf restore-asking wait',
  ],
  [
    '3.2.0',
    'bitfield client|reply geoadd geodist geohash geopos georadius georadiusbymember hstrlen script|debug',
  ],
  ['3.2.1', 'touch'],
  ['3.2.10', 'georadius_ro georadiusbymember_ro'],
  [
    '4.0.0',
    'memory memory|doctor memory|help memory|malloc-stats memory|purge memory|stats memory|usage module module|list module|load module|unload object|freq swapdb unlink',
  ],
  [
    '5.0.0',
    'bzpopmax bzpopmin client|help client|id client|unblock cluster|help cluster|replicas command|help config|help lolwut module|help replicaof script|help xack xadd xclaim xdel xgroup xgroup|create xgroup|delconsumer xgroup|destroy xgroup|help xgroup|setid xinfo xinfo|consumers xinfo|groups xinfo|help xinfo|stream xlen xpending xrange xread xreadgroup xrevrange xsetid xtrim zpopmax zpopmin',
  ],
  [
    '6.0.0',
    'acl acl|cat acl|deluser acl|genpass acl|getuser acl|help acl|list acl|load acl|log acl|save acl|setuser acl|users acl|whoami bitfield_ro client|caching client|getredir client|tracking hello',
  ],
  ['6.0.6', 'lpos'],
  [
    '6.2.0',
    'blmove client|info client|trackinginfo client|unpause copy failover geosearch geosearchstore getdel getex hrandfield lmove object|help pubsub|help reset slowlog|help smismember xautoclaim xgroup|createconsumer zdiff zdiffstore zinter zmscore zrandmember zrangestore zunion',
  ],
  [
    '7.0.0',
    'acl|dryrun blmpop bzmpop client|no-evict cluster|addslotsrange cluster|delslotsrange cluster|links cluster|shards command|docs command|getkeysandflags command|list eval_ro evalsha_ro expiretime fcall fcall_ro function function|delete function|dump function|flush function|help function|kill function|list function|load function|restore function|stats latency|histogram lcs lmpop module|loadex pexpiretime pubsub|shardchannels pubsub|shardnumsub sintercard sort_ro spublish ssubscribe sunsubscribe zintercard zmpop',
  ],
]

/** What they belong to. */
export const commandGroups: readonly (readonly [value: string, commands: string])[] = [
  [
    'cluster',
    'asking cluster cluster|addslots cluster|addslotsrange cluster|bumpepoch cluster|count-failure-reports cluster|countkeysinslot cluster|delslots cluster|delslotsrange cluster|failover cluster|flushslots cluster|forget cluster|getkeysinslot cluster|help cluster|info cluster|keyslot cluster|links cluster|meet cluster|myid cluster|nodes cluster|replicas cluster|replicate cluster|reset cluster|saveconfig cluster|set-config-epoch cluster|setslot cluster|shards cluster|slaves cluster|slots readonly readwrite',
  ],
  ['bitmap', 'bitcount bitfield bitfield_ro bitop bitpos getbit setbit'],
  [
    'connection',
    'auth client client|caching client|getname client|getredir client|help client|id client|info client|kill client|list client|no-evict client|pause client|reply client|setname client|tracking client|trackinginfo client|unblock client|unpause echo hello ping quit reset select',
  ],
  [
    'generic',
    'copy del dump exists expire expireat expiretime keys migrate move object object|encoding object|freq object|help object|idletime object|refcount persist pexpire pexpireat pexpiretime pttl randomkey rename renamenx restore scan sort sort_ro touch ttl type unlink wait',
  ],
  [
    'geo',
    'geoadd geodist geohash geopos georadius georadius_ro georadiusbymember georadiusbymember_ro geosearch geosearchstore',
  ],
  [
    'hash',
    'hdel hexists hget hgetall hincrby hincrbyfloat hkeys hlen hmget hmset hrandfield hscan hset hsetnx hstrlen hvals',
  ],
  ['hyperloglog', 'pfadd pfcount pfdebug pfmerge pfselftest'],
  [
    'list',
    'blmove blmpop blpop brpop brpoplpush lindex linsert llen lmove lmpop lpop lpos lpush lpushx lrange lrem lset ltrim rpop rpoplpush rpush rpushx',
  ],
  [
    'pubsub',
    'psubscribe publish pubsub pubsub|channels pubsub|help pubsub|numpat pubsub|numsub pubsub|shardchannels pubsub|shardnumsub punsubscribe spublish ssubscribe subscribe sunsubscribe unsubscribe',
  ],
  [
    'scripting',
    'eval eval_ro evalsha evalsha_ro fcall fcall_ro function function|delete function|dump function|flush function|help function|kill function|list function|load function|restore function|stats script script|debug script|exists script|flush script|help script|kill script|load',
  ],
  [
    'server',
    'acl acl|cat acl|deluser acl|dryrun acl|genpass acl|getuser acl|help acl|list acl|load acl|log acl|save acl|setuser acl|users acl|whoami bgrewriteaof bgsave command command|count command|docs command|getkeys command|getkeysandflags command|help command|info command|list config config|get config|help config|resetstat config|rewrite config|set dbsize debug failover flushall flushdb info lastsave latency latency|doctor latency|graph latency|help latency|histogram latency|history latency|latest latency|reset lolwut memory memory|doctor memory|help memory|malloc-stats memory|purge memory|stats memory|usage module module|help module|list module|load module|loadex module|unload monitor psync replconf replicaof restore-asking role save shutdown slaveof slowlog slowlog|get slowlog|help slowlog|len slowlog|reset swapdb sync time',
  ],
  [
    'set',
    'sadd scard sdiff sdiffstore sinter sintercard sinterstore sismember smembers smismember smove spop srandmember srem sscan sunion sunionstore',
  ],
  [
    'sorted-set',
    'bzmpop bzpopmax bzpopmin zadd zcard zcount zdiff zdiffstore zincrby zinter zintercard zinterstore zlexcount zmpop zmscore zpopmax zpopmin zrandmember zrange zrangebylex zrangebyscore zrangestore zrank zrem zremrangebylex zremrangebyrank zremrangebyscore zrevrange zrevrangebylex zrevrangebyscore zrevrank zscan zscore zunion zunionstore',
  ],
  [
    'stream',
    'xack xadd xautoclaim xclaim xdel xgroup xgroup|create xgroup|createconsumer xgroup|delconsumer xgroup|destroy xgroup|help xgroup|setid xinfo xinfo|consumers xinfo|groups xinfo|help xinfo|stream xlen xpending xrange xread xreadgroup xrevrange xsetid xtrim',
  ],
  [
    'string',
    'append decr decrby get getdel getex getrange getset incr incrby incrbyfloat lcs mget mset msetnx psetex set setex setnx setrange strlen substr',
  ],
  ['transactions', 'discard exec multi unwatch watch'],
]

/** How their time grows: the expression alone. */
export const commandComplexity: readonly (readonly [value: string, commands: string])[] = [
  [
    'O(1)',
    'acl|cat acl|deluser acl|dryrun acl|genpass acl|help acl|whoami append asking bgrewriteaof bgsave bitfield bitfield_ro blmove brpoplpush client|caching client|getname client|getredir client|help client|id client|info client|no-evict client|pause client|reply client|setname client|tracking client|trackinginfo cluster|bumpepoch cluster|countkeysinslot cluster|failover cluster|flushslots cluster|forget cluster|help cluster|info cluster|meet cluster|myid cluster|replicas cluster|replicate cluster|saveconfig cluster|set-config-epoch cluster|setslot cluster|slaves command|count command|help config|help config|resetstat config|rewrite dbsize decr decrby dump echo expire expireat expiretime failover function|delete function|help function|kill function|load function|stats get getbit getdel getex getset hello hexists hget hincrby hincrbyfloat hlen hscan hset hsetnx hstrlen incr incrby incrbyfloat info lastsave latency|doctor latency|graph latency|help latency|history latency|latest latency|reset llen lmove lpush lpushx memory|doctor memory|help memory|stats module|help module|load module|loadex module|unload move multi object|encoding object|freq object|help object|idletime object|refcount persist pexpire pexpireat pexpiretime pfadd pfcount ping psetex pttl pubsub|help pubsub|numpat quit randomkey readonly readwrite rename renamenx replconf replicaof reset restore restore-asking role rpoplpush rpush rpushx sadd scan scard script|debug script|help script|kill select set setbit setex setnx setrange sismember slaveof slowlog|help slowlog|len smove sscan strlen time ttl type unlink unwatch wait watch xack xadd xautoclaim xdel xgroup|create xgroup|createconsumer xgroup|delconsumer xgroup|help xgroup|setid xinfo|consumers xinfo|groups xinfo|help xinfo|stream xlen xsetid zcard zscan zscore',
  ],
  ['O(K)', 'bzmpop zmpop'],
  ['O(L + (N-K)log(N))', 'zdiff zdiffstore'],
  ['O(M*log(N))', 'zrem'],
  [
    'O(N)',
    'acl|getuser acl|list acl|load acl|log acl|save acl|setuser acl|users auth bitcount bitop bitpos blpop brpop client|kill client|list client|unpause cluster|addslots cluster|addslotsrange cluster|count-failure-reports cluster|delslots cluster|delslotsrange cluster|keyslot cluster|links cluster|nodes cluster|reset cluster|shards cluster|slots command command|docs command|getkeys command|getkeysandflags command|info command|list config|get config|set copy del discard exists flushall flushdb function|dump function|flush function|list function|restore geopos getrange hdel hgetall hkeys hmget hmset hrandfield hvals keys latency|histogram lindex linsert lpop lpos lset ltrim memory|usage mget migrate module|list mset msetnx pfmerge psubscribe pubsub|channels pubsub|numsub pubsub|shardchannels pubsub|shardnumsub rpop save script|exists script|flush script|load sdiff sdiffstore shutdown slowlog|get slowlog|reset smembers smismember spublish srem ssubscribe subscribe substr sunion sunionstore sunsubscribe swapdb touch unsubscribe xgroup|destroy xpending xrange xrevrange xtrim zmscore zrandmember zunion zunionstore',
  ],
  ['O(N*K)', 'zinter zintercard zinterstore'],
  ['O(N*M)', 'lcs sinter sintercard sinterstore'],
  ['O(N+M)', 'blmpop lmpop lrem publish punsubscribe'],
  ['O(N+M*log(M))', 'sort sort_ro'],
  ['O(N+log(M))', 'georadius georadius_ro georadiusbymember georadiusbymember_ro geosearch geosearchstore'],
  ['O(S+N)', 'lrange'],
  ['O(log N)', 'client|unblock xclaim'],
  [
    'O(log(N))',
    'bzpopmax bzpopmin cluster|getkeysinslot geoadd geodist geohash zadd zcount zincrby zlexcount zrank zrevrank',
  ],
  ['O(log(N)*M)', 'zpopmax zpopmin'],
  [
    'O(log(N)+M)',
    'zrange zrangebylex zrangebyscore zrangestore zremrangebylex zremrangebyrank zremrangebyscore zrevrange zrevrangebylex zrevrangebyscore',
  ],
]

/** Since when they are not to be used any more, and what is in their place. */
export const commandDeprecation: readonly (readonly [value: string, commands: string])[] = [
  ['7.0.0 `CLUSTER SHARDS`', 'cluster|slots'],
  ['5.0.0 `CLUSTER REPLICAS`', 'cluster|slaves'],
  ['2.0.0 `GETRANGE`', 'substr'],
  ['4.0.0 `HSET`', 'hmset'],
  ['5.0.0 `REPLICAOF`', 'slaveof'],
  ['6.2.0 `BLMOVE` with `RIGHT` and `LEFT`', 'brpoplpush'],
  ['6.2.0 `GEOSEARCH` or `GEOSEARCHSTORE` with `BYRADIUS`', 'georadius'],
  ['6.2.0 `GEOSEARCH` or `GEOSEARCHSTORE` with `BYRADIUS` and `FROMMEMBER`', 'georadiusbymember'],
  ['6.2.0 `GEOSEARCH` with `BYRADIUS`', 'georadius_ro'],
  ['6.2.0 `GEOSEARCH` with `BYRADIUS` and `FROMMEMBER`', 'georadiusbymember_ro'],
  ['6.2.0 `LMOVE` with `RIGHT` and `LEFT`', 'rpoplpush'],
  ['6.2.0 `SET` with `!GET`', 'getset'],
  ['6.2.0 `ZRANGE` with `BYLEX`', 'zrangebylex'],
  ['6.2.0 `ZRANGE` with `BYSCORE`', 'zrangebyscore'],
  ['6.2.0 `ZRANGE` with `REV`', 'zrevrange'],
  ['6.2.0 `ZRANGE` with `REV` and `BYLEX`', 'zrevrangebylex'],
  ['6.2.0 `ZRANGE` with `REV` and `BYSCORE`', 'zrevrangebyscore'],
]

/** Commands that servers use among themselves. */
export const systemCommands: ReadonlySet<string> = new Set([
  'debug',
  'pfdebug',
  'pfselftest',
  'replconf',
  'restore-asking',
])
