/**
 * What the page does: it talks JSON over a WebSocket, shows what others said as text and never as markup, comes back by itself,
 * reads on after the last message that it has, and sends again what was not acknowledged.
 */
export const chatScript = `
'use strict'
const byId = (id) => document.getElementById(id)
const log = byId('log'), state = byId('state'), members = byId('members'), linesMax = 2000
let socket = null, isWelcome = false, isInside = false, nick = '', room = '', away = null, last = null, failures = 0, count = 0
const secret = stored('secret') ?? keep('secret', random(16)), prefix = random(8)
const waiting = new Map(), present = new Map()

function random(size) {
  return [...crypto.getRandomValues(new Uint8Array(size))].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}
function stored(name) {
  return sessionStorage.getItem(name)
}
function keep(name, value) {
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
    isWelcome = isInside = false
    failures++
    tellState(reason === '' ? 'not connected; trying again' : 'not connected (' + reason + '); trying again', false)
    if (reason === 'replaced') return tellState('you are here in another window', false)
    setTimeout(connect, Math.min(200 * 2 ** failures, 10000) * (0.5 + Math.random() / 2))
  }
}

function take(event) {
  switch (event.kind) {
    case 'welcome':
      nick = keep('nick', event.nick)
      failures = 0
      isWelcome = true
      byId('enter').hidden = true
      byId('chat').hidden = false
      tellState('connected as ' + nick, true)
      // Before the room, so that those who are there see it with the name.
      if (away !== null) send({ kind: 'away', text: away })
      send({ kind: 'join', room, after: last })
      byId('text').focus()
      break
    case 'room':
      if (event.room !== room) {
        send({ kind: 'leave', room })
        room = keep('room', event.room)
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
    // Of the room that was left one hears a little longer, and that oneself has left it.
    case 'joined':
      if (event.room !== room) break
      present.set(event.nick, null)
      showMembers()
      note(event.nick + ' came in')
      break
    case 'left':
      if (event.room !== room) break
      present.delete(event.nick)
      showMembers()
      note(event.nick + ' went' + (event.reason === '' ? '' : ' (' + event.reason + ')'))
      break
    case 'away':
      if (event.nick === nick) away = event.text
      if (present.has(event.nick)) present.set(event.nick, event.text)
      showMembers()
      break
    case 'renamed':
      if (present.has(event.nick)) {
        const state = present.get(event.nick)
        present.delete(event.nick)
        present.set(event.to, state)
      }
      if (event.nick === nick) {
        nick = keep('nick', event.to)
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
const help = '/msg NAME TEXT, /join ROOM, /nick NAME, /away [TEXT], /back'
/** Whether it is done with: what is said waits for the connection, a command does not, and stays to be given again. */
function command(line) {
  const [, name, rest] = /^\\/(\\S*)\\s*(.*)$/.exec(line)
  const [first = ''] = rest.split(/\\s+/)
  const isKnown = ['msg', 'nick', 'away', 'back', 'join'].includes(name)
  if (!isKnown) note(name === 'help' ? help : '! there is no /' + name.slice(0, 20) + ': ' + help)
  else if (!isInside) note('! there is no connection; try again when there is one')
  else if (name === 'msg') send({ kind: 'tell', nick: first, text: rest.slice(first.length).trim() })
  else if (name === 'nick') send({ kind: 'nick', nick: first })
  else if (name === 'away') send({ kind: 'away', text: rest === '' ? 'away' : rest })
  else if (name === 'back') send({ kind: 'away', text: null })
  else return change(first)
  return !isKnown || isInside
}
function change(to) {
  if (waiting.size > 0) {
    note('! what you said is not stored yet; try again in a moment')
    return false
  }
  // The one that was left is left once the other is entered: it may be refused.
  if (to !== room) send({ kind: 'join', room: to, after: null })
  return true
}

byId('enter').addEventListener('submit', (event) => {
  event.preventDefault()
  byId('problem').textContent = ''
  nick = byId('nick').value.trim()
  const wanted = byId('room-name').value.trim()
  if (wanted !== room) log.replaceChildren()
  if (wanted !== room) last = null
  room = keep('room', wanted)
  connect()
})
byId('say').addEventListener('submit', (event) => {
  event.preventDefault()
  const text = byId('text').value
  if (text.trim() === '') return
  if (text.startsWith('/')) {
    if (!command(text)) return
  } else say(text)
  byId('text').value = ''
})
document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape' && !byId('chat').hidden) byId('text').focus()
})
byId('nick').value = stored('nick') ?? ''
byId('room-name').value = stored('room') ?? 'lobby'
byId('nick').focus()
`
