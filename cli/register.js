// Makes a thread able to load TypeScript and scenarios: `node --import …/register.js`. Node strips types by itself
// from 22.18 on. Before that a checkout strips them with esbuild; an installed package, which needs that only for a
// scenario written in TypeScript, with the tsx of the project that it is installed in.
import * as nodeModule from 'node:module'
import { hasSources, resolveSync } from './loader.js'

if (process.features.typescript) {
  nodeModule.registerHooks({ resolve: resolveSync })
} else {
  if (hasSources) demandEsbuild()
  else await registerTsx()
  nodeModule.register('./loader.js', import.meta.url)
  process.setSourceMapsEnabled(true)
}

function demandEsbuild() {
  try {
    import.meta.resolve('esbuild')
  } catch {
    console.error('faultline: this checkout has no dependencies yet: run `npm ci` in it first')
    process.exit(2)
  }
}

async function registerTsx() {
  try {
    const tsx = await import('tsx/esm/api')
    tsx.register()
  } catch (error) {
    if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error
  }
}
