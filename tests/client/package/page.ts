// What a page bundles: the installed package, within reach of the test.
import { createClient } from 'curlew-client'
import { closes } from 'curlew-client/protocol'

Object.assign(globalThis, { createClient, closes })
