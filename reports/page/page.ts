// The page: one HTML file that holds the viewer and what it shows, and needs nothing else. Nothing of a trace stands in it
// as markup or script: everything that comes from one is in the compressed document.

import { createHash } from 'node:crypto'
import { deflateRawSync } from 'node:zlib'

import { encodeDocument, type PageDocument, type Sections } from '../viewer/model/document.ts'

/** The viewer as it was bundled. */
export interface ViewerBundle {
  readonly script: string
  readonly style: string
}

/** By this a page is known as one that Faultline wrote: it stands near the beginning of each. */
export const pageMark = '<meta name="generator" content="Faultline">'

const compressionLevel = 5

/** The page as text. */
export function pageHtml(document: PageDocument, sections: Sections, bundle: ViewerBundle): string {
  const data = deflateRawSync(encodeDocument(document, sections), { level: compressionLevel })
  const script = withoutEndTag(bundle.script, 'script')
  const style = withoutEndTag(bundle.style, 'style')
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
${pageMark}
<meta http-equiv="Content-Security-Policy" content="${policyFor(script, style)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Faultline</title>
<style>${style}</style>
</head>
<body>
<noscript>This page is drawn by the script in it, which this browser does not run.</noscript>
<div id="viewer"></div>
<script type="application/octet-stream" id="document">${data.toString('base64')}</script>
<script>${script}</script>
</body>
</html>
`
}

/** Only this script and this style, no network, no frames, no forms. */
function policyFor(script: string, style: string): string {
  return [
    "default-src 'none'",
    `script-src '${hashOf(script)}'`,
    `style-src '${hashOf(style)}'`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ')
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`
}

/** What is bundled comes from sources; an end tag in a string of theirs must still not end the element. */
function withoutEndTag(text: string, tag: string): string {
  return text.replaceAll(new RegExp(`</(?=${tag})`, 'gi'), '<\\/').replaceAll('<!--', '<\\!--')
}
