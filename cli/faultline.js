#!/usr/bin/env node
// The `faultline` command. In a checkout it runs the TypeScript sources, so that nothing has to be built first; in
// an installed package, which holds no sources, it runs what was built.
import './register.js'
import { packageFile } from './loader.js'

// A worker thread does not inherit the loader of its parent: one started with `execArgv: process.execArgv` does.
process.execArgv.push('--import', new URL('./register.js', import.meta.url).href)

await import(packageFile('cli/main'))
