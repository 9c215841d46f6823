// Every bound there is, by what it bounds: for documents and tests. The program asks the room's own.
import { limits as core } from './core/limits.ts'
import { limits as features } from './features/all.ts'
import { limits as http } from './http/limits.ts'
import { limits as infra } from './infra/limits.ts'
import { limits as socket } from './socket/limits.ts'
import { limits as workers } from '../workers/limits.ts'

export const limits = { ...core, ...features, ...http, ...infra, ...socket, ...workers } as const
