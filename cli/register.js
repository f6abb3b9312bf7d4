// Makes a thread able to load TypeScript and scenarios: `node --import …/register.js`. Node strips types by itself
// from 22.18 on; before that tsx does it, which an installed package needs only for scenarios written in TypeScript.
import * as nodeModule from 'node:module'
import { fileURLToPath } from 'node:url'
import { hasSources, resolveSync } from './loader.js'

if (!process.features.typescript) await registerTsx()

if (nodeModule.registerHooks === undefined) nodeModule.register('./loader.js', import.meta.url)
else nodeModule.registerHooks({ resolve: resolveSync })

async function registerTsx() {
  const tsx = await import('tsx/esm/api').catch(explainMissing)
  // The options of a checkout are its own, not those of the folder in which the command happens to run.
  const own = { tsconfig: fileURLToPath(new URL('../tsconfig.json', import.meta.url)) }
  tsx?.register(hasSources ? own : {})
}

function explainMissing(error) {
  if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error
  if (!hasSources) return undefined
  console.error('faultline: this checkout has no dependencies yet: run `npm ci` in it first')
  process.exit(2)
}
