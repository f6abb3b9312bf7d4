// The page that the chat serves: one file that asks for nothing but its WebSocket, under a policy that lets nothing else happen.

import { createHash } from 'node:crypto'

import { chatScript } from './script.ts'
import { chatStyle } from './style.ts'

function hashOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`
}

/** The Content-Security-Policy of the page: its own script and style by their hashes, and a connection to where it came from. */
export const chatPagePolicy: string = [
  "default-src 'none'",
  `script-src ${hashOf(chatScript)}`,
  `style-src ${hashOf(chatStyle)}`,
  "connect-src 'self'",
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** The page. */
export const chatPage: string = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Faultline chat</title>
<link rel="icon" href="data:,">
<style>${chatStyle}</style>
</head>
<body>
<header><h1>Faultline chat</h1><span id="state" role="status">not connected</span></header>
<form id="enter">
<label>Your name <input id="nick" required maxlength="24" pattern="[A-Za-z][A-Za-z0-9_\\-]*" title="a letter, then letters, digits, _ or -" autocomplete="nickname" aria-describedby="problem"></label>
<label>Room <input id="room-name" required maxlength="32" pattern="[a-z0-9][a-z0-9_\\-]*" title="small letters, digits, _ or -" value="lobby" aria-describedby="problem"></label>
<p id="problem" role="alert"></p>
<button>Enter</button>
</form>
<main id="chat" hidden>
<section id="talk" aria-label="Conversation">
<ol id="log" role="log" aria-live="polite" aria-label="Messages" tabindex="0"></ol>
<form id="say"><label class="hidden-label" for="text">Message</label><input id="text" maxlength="2000" autocomplete="off" placeholder="Message, or /help"><button>Send</button></form>
</section>
<aside aria-label="Who is here" tabindex="0"><h2>Room</h2><p id="room"></p><h2>People</h2><ul id="members"></ul></aside>
</main>
<script>${chatScript}</script>
</body>
</html>
`
