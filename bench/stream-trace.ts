// Run by stream-memory.bench.ts: writes a long trace (`write PATH COUNT`), or makes one projection of it (`NAME PATH`) and
// prints the most memory that this process has had, in bytes.

import { writeTrace } from './long-trace.ts'
import { parseQuery, Search } from '../invariants/index.ts'
import { formats, packTrace, TraceStatistics } from '../reports/index.ts'
import { type Event, TraceFile } from '../sim/index.ts'

const [task = '', path = '', count = '0'] = process.argv.slice(2)

async function project(name: string): Promise<void> {
  const trace = await TraceFile.open(path)
  const format = formats.find((each) => each.name === name)
  if (format !== undefined) {
    for await (const piece of format.write(trace, { name: path, header: trace.header }, {})) void piece
  } else if (name === 'page') {
    await packTrace(trace, { name: path, command: 'npx faultline replay run.ndjson' })
  } else if (name === 'stats') {
    const statistics = new TraceStatistics()
    await eachEvent(trace, (event) => {
      statistics.add(event)
    })
    statistics.stats()
  } else if (name === 'find') {
    const query = parseQuery('invoke not followed by ok within 500ms on same node')
    const search = new Search(query, () => undefined)
    await eachEvent(trace, (event) => {
      search.on(event)
    })
    search.end()
  } else throw new Error(`got projection "${name}", wanted stats, find, page or a format of exports`)
}

async function eachEvent(trace: TraceFile, take: (event: Event) => void): Promise<void> {
  for await (const { events } of trace.batches()) for (const event of events) take(event)
}

if (task === 'write') await writeTrace(path, Number(count))
else {
  await project(task)
  // In kibibytes on every platform.
  console.log(process.resourceUsage().maxRSS * 1024)
}
