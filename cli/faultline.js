#!/usr/bin/env node
// The `faultline` command. In a checkout it runs the TypeScript sources through tsx, so that nothing has to be
// built first; in an installed package, which holds no sources, it runs what was built.
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const source = new URL('./main.ts', import.meta.url)

if (existsSync(source)) {
  const { register } = await import('tsx/esm/api')
  register({ tsconfig: fileURLToPath(new URL('../tsconfig.json', import.meta.url)) })
  await import(source.href)
} else {
  await import(new URL('../dist/cli/main.js', import.meta.url).href)
}
