// The bytes that say what follows in an RDB file (Redis 7.0: rdb.h), and the version that we write.

/** The version of the format that Redis 7.0 writes. */
export const rdbVersion = 10

/** Types of values. Those that are left out belong to modules. */
export const valueType = {
  string: 0,
  list: 1,
  set: 2,
  zset: 3,
  hash: 4,
  zset2: 5,
  module: 6,
  module2: 7,
  hashZipmap: 9,
  listZiplist: 10,
  setIntset: 11,
  zsetZiplist: 12,
  hashZiplist: 13,
  listQuicklist: 14,
  stream: 15,
  hashListpack: 16,
  zsetListpack: 17,
  listQuicklist2: 18,
  stream2: 19,
  setListpack: 20,
  stream3: 21,
} as const

/** What stands where a type could. */
export const opcode = {
  function2: 245,
  functionOld: 246,
  moduleAux: 247,
  idle: 248,
  freq: 249,
  aux: 250,
  resizeDb: 251,
  expireMs: 252,
  expire: 253,
  selectDb: 254,
  end: 255,
} as const
