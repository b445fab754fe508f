/** Lets a thread load TypeScript: tsx sees to processes by itself, but not to threads. A program that is compiled needs none of it. */

import { register } from 'tsx/esm/api'

register()
