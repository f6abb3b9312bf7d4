/**
 * What the page does: it talks JSON over a WebSocket, shows what others said as text and never as markup, comes back by itself,
 * reads on after the last message that it has, and sends again what was not acknowledged.
 */
export const chatScript = `
'use strict'
const byId = (id) => document.getElementById(id)
const log = byId('log'), state = byId('state'), members = byId('members'), linesMax = 2000
let socket = null, isWelcome = false, isInside = false, nick = '', room = '', last = null, failures = 0, count = 0
const secret = stored('secret'), prefix = random(8)
const waiting = new Map(), present = new Map()

function random(size) {
  return [...crypto.getRandomValues(new Uint8Array(size))].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}
function stored(name) {
  const value = sessionStorage.getItem(name) ?? random(16)
  sessionStorage.setItem(name, value)
  return value
}
function send(command) {
  if (socket !== null && socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(command))
}
function tellState(text, isConnected) {
  state.textContent = text
  state.dataset.connected = isConnected ? 'yes' : 'no'
}

function connect() {
  tellState('connecting…', false)
  socket = new WebSocket((location.protocol === 'https:' ? 'wss://' : 'ws://') + location.host + '/socket')
  const own = socket
  isWelcome = isInside = false
  const pings = setInterval(() => send({ kind: 'ping' }), 10000)
  own.onopen = () => send({ kind: 'hello', nick, secret })
  own.onmessage = ({ data }) => take(JSON.parse(data))
  own.onclose = ({ reason }) => {
    clearInterval(pings)
    if (own !== socket) return
    failures++
    tellState(reason === '' ? 'not connected; trying again' : 'not connected (' + reason + '); trying again', false)
    if (reason === 'replaced') return tellState('you are here in another window', false)
    setTimeout(connect, Math.min(200 * 2 ** failures, 10000) * (0.5 + Math.random() / 2))
  }
}

function take(event) {
  switch (event.kind) {
    case 'welcome':
      nick = event.nick
      failures = 0
      isWelcome = true
      byId('enter').hidden = true
      byId('chat').hidden = false
      tellState('connected as ' + nick, true)
      send({ kind: 'join', room, after: last })
      byId('text').focus()
      break
    case 'room':
      if (event.room !== room) {
        send({ kind: 'leave', room })
        room = event.room
        log.replaceChildren()
      }
      isInside = true
      last = event.after
      byId('room').textContent = event.room
      present.clear()
      for (const each of event.members) present.set(each.nick, each.away)
      showMembers()
      for (const command of waiting.values()) send(command.command)
      break
    case 'message':
      if (event.room !== room || (last !== null && event.seq <= last)) break
      last = event.seq
      drop(event.id)
      show(event.nick, event.text, { own: event.nick === nick, at: event.at, seq: event.seq })
      break
    case 'stored':
      drop(event.id)
      break
    case 'told':
      show(event.from + ' to you', event.text, { note: true })
      break
    case 'delivered':
      note(event.nick + ' was told')
      break
    case 'joined':
      present.set(event.nick, null)
      showMembers()
      note(event.nick + ' came in')
      break
    case 'left':
      present.delete(event.nick)
      showMembers()
      if (event.nick !== nick) note(event.nick + ' went' + (event.reason === '' ? '' : ' (' + event.reason + ')'))
      break
    case 'away':
      if (present.has(event.nick)) present.set(event.nick, event.text)
      showMembers()
      break
    case 'renamed':
      if (present.delete(event.nick)) present.set(event.to, null)
      if (event.nick === nick) {
        nick = event.to
        tellState('connected as ' + nick, true)
      }
      showMembers()
      note(event.nick + ' is now ' + event.to)
      break
    case 'wanted':
      note('somebody else asks for your name')
      break
    case 'error':
      if (event.id !== null) drop(event.id)
      if (!isWelcome) refuse(event.text, 'nick')
      else if (roomProblems.includes(event.code)) refuseRoom(event.text)
      else note('! ' + event.text)
  }
}
const roomProblems = ['bad-room', 'room-full', 'too-many-rooms']
function refuse(text, field) {
  const own = socket
  socket = null
  own.close()
  tellState('not connected', false)
  byId('enter').hidden = false
  byId('chat').hidden = true
  byId('problem').textContent = text
  byId(field).focus()
}
function refuseRoom(text) {
  // Whoever is in a room stays there.
  if (isInside) note('! ' + text)
  else refuse(text, 'room-name')
}
function drop(id) {
  waiting.get(id)?.line.remove()
  waiting.delete(id)
}
function element(name, text, className) {
  const made = document.createElement(name)
  made.textContent = text
  if (className !== undefined) made.className = className
  return made
}
function show(who, text, { own = false, note = false, at = null, seq = null }) {
  const line = document.createElement('li')
  line.className = own ? 'own' : note ? 'note' : ''
  if (seq !== null) line.dataset.seq = seq
  line.append(element('span', who, 'nick'), ': ', element('span', text, 'text'))
  if (at !== null) {
    const time = new Date(at)
    const shown = element('time', ' ' + time.toTimeString().slice(0, 5))
    shown.dateTime = time.toISOString()
    line.append(shown)
  }
  return add(line)
}
function note(text) {
  add(element('li', text, 'note'))
}
function add(line) {
  const isAtEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 40
  log.append(line)
  while (log.childElementCount > linesMax) log.firstElementChild.remove()
  if (isAtEnd) log.scrollTop = log.scrollHeight
  return line
}
function showMembers() {
  members.replaceChildren(...[...present].map(([name, away]) => element('li', away === null ? name : name + ' (away: ' + away + ')')))
}

function say(text) {
  const id = prefix + '-' + ++count
  const command = { kind: 'say', room, id, text }
  const line = show(nick, text, { own: true })
  line.classList.add('waiting')
  // What is told by a reader of the screen is the message as everybody hears it, once.
  line.setAttribute('aria-hidden', 'true')
  waiting.set(id, { command, line })
  send(command)
}
function command(line) {
  const [, name, rest] = /^\\/(\\S*)\\s*(.*)$/.exec(line)
  const [first = ''] = rest.split(/\\s+/)
  if (name === 'msg') send({ kind: 'tell', nick: first, text: rest.slice(first.length).trim() })
  else if (name === 'nick') send({ kind: 'nick', nick: first })
  else if (name === 'away') send({ kind: 'away', text: rest === '' ? 'away' : rest })
  else if (name === 'back') send({ kind: 'away', text: null })
  else if (name === 'join') change(first)
  else note((name === 'help' ? '' : '! ') + '/msg NAME TEXT, /join ROOM, /nick NAME, /away [TEXT], /back')
}
function change(to) {
  if (waiting.size > 0) return note('! what you said is not stored yet; try again in a moment')
  // The one that was left is left once the other is entered: it may be refused.
  if (to !== room) send({ kind: 'join', room: to, after: null })
}

byId('enter').addEventListener('submit', (event) => {
  event.preventDefault()
  byId('problem').textContent = ''
  nick = byId('nick').value.trim()
  const wanted = byId('room-name').value.trim()
  if (wanted !== room) log.replaceChildren()
  if (wanted !== room) last = null
  room = wanted
  connect()
})
byId('say').addEventListener('submit', (event) => {
  event.preventDefault()
  const text = byId('text').value
  if (text.trim() === '') return
  if (text.startsWith('/')) command(text)
  else say(text)
  byId('text').value = ''
})
document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape' && !byId('chat').hidden) byId('text').focus()
})
byId('nick').focus()
`
