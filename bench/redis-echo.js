// What a server of Node's can be at most under redis-benchmark: it looks at nothing, and says +OK for each command. To be run
// by itself, without the loader: `redis-echo.js PORT`.

import { createServer } from 'node:net'

/** How a command begins, which stands nowhere else in what redis-benchmark sends. */
const star = 42

createServer({ noDelay: true }, (socket) => {
  socket.on('data', (bytes) => {
    let commands = 0
    for (const byte of bytes) if (byte === star) commands++
    socket.write('+OK\r\n'.repeat(commands), 'latin1')
  })
  socket.on('error', () => {})
}).listen(Number(process.argv[2]), '127.0.0.1')
