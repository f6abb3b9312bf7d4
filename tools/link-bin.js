// `faultline` in a checkout: npm links the commands of dependencies into node_modules/.bin but not the package's own. The npx of
// npm 10 then finds it there; that of npm 11 links the checkout into its cache all the same.
// Runs after `npm ci` and `npm install` in a checkout only (`prepare`), never where the package is a dependency.
import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const bin = fileURLToPath(new URL('../node_modules/.bin', import.meta.url))
const shim = fileURLToPath(new URL('../cli/faultline.js', import.meta.url))

mkdirSync(bin, { recursive: true })
if (process.platform === 'win32') {
  writeFileSync(`${bin}/faultline.cmd`, '@node "%~dp0\\..\\..\\cli\\faultline.js" %*\r\n')
} else {
  rmSync(`${bin}/faultline`, { force: true })
  symlinkSync('../../cli/faultline.js', `${bin}/faultline`)
  chmodSync(shim, 0o755)
}
