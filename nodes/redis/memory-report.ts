// MEMORY DOCTOR: what the figures say, in words. What only an allocator knows (fragmentation, resident pages) it cannot tell.

import type { MemoryFigures } from './memory-figures.ts'

const mebibyte = 1_048_576
/** Below so many bytes there is nothing to look at. */
const emptyMax = 5 * mebibyte
const clientBufferMax = 200 * 1024
const replicaBufferMax = 10 * mebibyte
const scriptsMax = 1000

/** The report. */
export function memoryReport(figures: MemoryFigures): string {
  if (figures.total < emptyMax)
    return "Hi Sam, this instance is empty or is using very little memory, my issues detector can't be used in these conditions. Please, leave for your mission on Earth and fill it with some data. The new Sam and I will be back to our programming as soon as I finished rebooting.\n"
  const found = issues(figures)
  if (found.length === 0)
    return "Hi Sam, I can't find any memory issue in your instance. I can only account for what occurs on this base.\n"
  const told = found.map((issue) => ` * ${issue}\n\n`).join('')
  return `Sam, I detected a few issues in this Redis instance memory implants:\n\n${told}I'm here to keep you safe, Sam. I want to help you.\n`
}

function issues(figures: MemoryFigures): readonly string[] {
  const { clientCount, clients, peak, replicaCount, replicas, scriptCount, total } = figures
  const all: readonly (readonly [boolean, string])[] = [
    [
      peak / total > 1.5,
      'Peak memory: In the past this instance used more than 150% the memory that is currently using. The allocator is normally not able to release memory after a peak, so you can expect to see a big fragmentation ratio, however this is actually harmless and is only due to the memory peak, and if the Redis instance Resident Set Size (RSS) is currently bigger than expected, the memory will be used as soon as you fill the Redis instance with more data. If the memory peak was only occasional and you want to try to reclaim memory, please try the MEMORY PURGE command, otherwise the only other option is to shutdown and restart the instance.',
    ],
    [
      replicaCount > 0 && replicas / replicaCount > replicaBufferMax,
      'Big replica buffers: The replica output buffers in this instance are greater than 10MB for each replica (on average). This likely means that there is some replica instance that is struggling receiving data, either because it is too slow or because of networking issues. As a result, data piles on the master output buffers. Please try to identify what replica is not receiving data correctly and why. You can use the INFO output in order to check the replicas delays and the CLIENT LIST command to check the output buffers of each replica.',
    ],
    [
      clientCount > 0 && clients / clientCount > clientBufferMax,
      'Big client buffers: The clients output buffers in this instance are greater than 200K per client (on average). This may result from different causes, like Pub/Sub clients subscribed to channels bot not receiving data fast enough, so that data piles on the Redis instance output buffer, or clients sending commands with large replies or very large sequences of commands in the same pipeline. Please use the CLIENT LIST command in order to investigate the issue if it causes problems in your instance, or to understand better why certain clients are using a big amount of memory.',
    ],
    [
      scriptCount > scriptsMax,
      "Many scripts: There seem to be many cached scripts in this instance (more than 1000). This may be because scripts are generated and `EVAL`ed, instead of being parameterized (with KEYS and ARGV), `SCRIPT LOAD`ed and `EVALSHA`ed. Unless `SCRIPT FLUSH` is called periodically, the scripts' caches may end up consuming most of your memory.",
    ],
  ]
  return all.filter(([isFound]) => isFound).map(([, text]) => text)
}
