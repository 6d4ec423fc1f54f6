/**
 * Connections without the token. Any program of the machine can open them, so their number is limited by closing the
 * oldest. Refusing new ones instead would let a program without the token keep a page out.
 */
import type { Server } from 'node:http'
import type { Socket } from 'node:net'

export interface WaitingRoom {
  /** The client has shown the token: its connection no longer counts. */
  admit(socket: Socket): void
  readonly size: number
}

export function limitStrangers(server: Server, limit: number): WaitingRoom {
  /** In the order in which they connected. */
  const strangers = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    strangers.add(socket)
    socket.once('close', () => strangers.delete(socket))
    const [oldest] = strangers
    if (strangers.size <= limit || oldest === undefined) return
    strangers.delete(oldest)
    oldest.destroy()
  })
  return {
    admit: (socket) => void strangers.delete(socket),
    get size() {
      return strangers.size
    },
  }
}
