// Bundles the viewer into `dist/`, where an installed package finds it. Run under `cli/register.js`.
import { writeFileSync } from 'node:fs'
import { bundleViewer } from '../cli/index.ts'

const { script, style } = await bundleViewer()
writeFileSync(new URL('../dist/reports/viewer/viewer.js', import.meta.url), script)
writeFileSync(new URL('../dist/reports/viewer/viewer.css', import.meta.url), style)
