// Run by main.ts: `part.ts NAME short|full` measures one part and prints its figures as JSON.

import { fullExtent, shortExtent } from './extent.ts'
import { parts } from './parts.ts'

const [name = '', length] = process.argv.slice(2)
const measure = parts.get(name)
if (measure === undefined)
  throw new RangeError(`part: got "${name}", wanted one of ${[...parts.keys()].join(', ')}`)
console.log(JSON.stringify(await measure(length === 'short' ? shortExtent : fullExtent)))
