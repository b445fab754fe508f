/**
 * Watches single folders for names that change in them. Not recursively: on Linux Node does that with a watcher for each file
 * below, those of node_modules included. One way for all systems is one to test.
 */

import { watch, type FSWatcher } from 'node:fs'

import { SteerError } from '../base/errors.ts'
import { systemCode } from './plain-file.ts'

/** Each costs a handle of the system. A project with more folders of declarations is better watched in parts. */
const FOLDERS_MAX = 4096

export class FolderWatch {
  readonly #changed: (folder: string, name: string | undefined) => void
  readonly #watchers = new Map<string, FSWatcher>()

  /** Calls with the folder and the name in it, or without a name where the system gives none. */
  constructor(changed: (folder: string, name: string | undefined) => void) {
    this.#changed = changed
  }

  has(folder: string): boolean {
    return this.#watchers.has(folder)
  }

  /**
   * Watches these folders and no others. True where one was added: what happened in it before is not told.
   *
   * @throws SteerError `resource_exhausted` when there are more than 4096, or more than the system watches.
   */
  set(folders: ReadonlySet<string>): boolean {
    if (folders.size > FOLDERS_MAX) {
      throw new SteerError(
        'resource_exhausted',
        `${folders.size} folders are to be watched, at most ${FOLDERS_MAX} can be; name fewer paths`,
      )
    }
    for (const folder of this.#watchers.keys()) {
      if (!folders.has(folder)) this.drop(folder)
    }
    let hasAdded = false
    for (const folder of folders) {
      if (!this.#watchers.has(folder) && this.#add(folder)) hasAdded = true
    }
    return hasAdded
  }

  /** Forgets a folder that is gone, or may be another one of the same name. */
  drop(folder: string): void {
    this.#watchers.get(folder)?.close()
    this.#watchers.delete(folder)
  }

  close(): void {
    for (const folder of [...this.#watchers.keys()]) this.drop(folder)
  }

  #add(folder: string): boolean {
    let watcher: FSWatcher
    try {
      watcher = watch(folder, (_event, name) => {
        this.#changed(folder, name ?? undefined)
      })
    } catch (error) {
      const code = systemCode(error)
      // It is gone already, or closed to us: the round says so, and the folder above tells when that changes.
      if (code !== 'EMFILE' && code !== 'ENOSPC') return false
      const message = `the system watches no more folders (${code}); name fewer paths, or raise its limit`
      throw new SteerError('resource_exhausted', message, { cause: error })
    }
    watcher.on('error', () => {
      this.drop(folder)
      this.#changed(folder, undefined)
    })
    this.#watchers.set(folder, watcher)
    return true
  }
}
