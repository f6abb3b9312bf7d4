// Takes the document out of the page.

import { decodeDocument, type PageDocument, type Sections } from '../model/document.ts'

/** What the page carries. Rejects when the browser cannot decompress it. */
export async function loadDocument(
  base64: string,
): Promise<{ readonly document: PageDocument; readonly sections: Sections }> {
  const compressed = new Blob([fromBase64(base64)]).stream()
  const bytes = compressed.pipeThrough(new DecompressionStream('deflate-raw'))
  return decodeDocument(new Uint8Array(await new Response(bytes).arrayBuffer()))
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  const native = (Uint8Array as { readonly fromBase64?: (text: string) => Uint8Array<ArrayBuffer> })
    .fromBase64
  if (native !== undefined) return native.call(Uint8Array, text)
  const binary = atob(text)
  const bytes = new Uint8Array(binary.length)
  for (let place = 0; place < binary.length; place++) bytes[place] = binary.charCodeAt(place)
  return bytes
}
