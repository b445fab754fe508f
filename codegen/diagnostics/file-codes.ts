/** STEER4xxx: files that are read and written. */

export const FILE_CODES = {
  STEER4001: {
    severity: 'error',
    title: 'stale generated file',
    explanation: 'The generated file is not what the generator writes from this declaration now.',
    hint: 'run `coxswain gen` and commit the result',
  },
  STEER4002: {
    severity: 'error',
    title: 'missing generated file',
    explanation: 'Nothing has been generated from this declaration yet.',
    hint: 'run `coxswain gen` and commit the result',
  },
  STEER4003: {
    severity: 'error',
    title: 'file that cannot be read',
    explanation: 'The file does not exist, or the system refused to read it.',
    hint: 'check the path and the permissions',
  },
  STEER4004: {
    severity: 'error',
    title: 'not a declaration file',
    explanation:
      'Declarations stand in files named `*.steer.ts`, inside the folder that the generator was started for.',
    hint: 'rename the file, or start the generator in a folder above it',
  },
  STEER4005: {
    severity: 'error',
    title: 'file in the way',
    explanation:
      'A file that this generator did not write stands where the generated one belongs. It is not overwritten.',
    hint: 'move the file, or delete it',
  },
  STEER4006: {
    severity: 'error',
    title: 'file that cannot be written',
    explanation: 'The system refused to write the generated file.',
    hint: 'check the permissions of the folder',
  },
  STEER4007: {
    severity: 'error',
    title: 'generated file without its declaration',
    explanation:
      'The declaration that this file was generated from is gone, or has nothing to put into it any more. What is left would go on compiling, and speak a protocol that nobody declares.',
    hint: 'delete the file, or bring its declaration back',
  },
  STEER4008: {
    severity: 'error',
    title: 'history that was not written by the generator',
    explanation:
      'Each version in a `*.steer.history.json` carries all that its fingerprint is made of. Here the two do not agree, or the file is not in the form that this generator writes: it was edited, or merged wrongly. What it says of compatibility cannot be relied on.',
    hint: 'restore the file from version control; only `coxswain gen --accept` adds to it',
  },
  STEER4009: {
    severity: 'error',
    title: 'history of a protocol that is gone',
    explanation:
      'The history holds versions of a protocol that the declaration beside it does not declare. It was removed, or its name on the wire has changed, and ends with the old name can no longer open a session.',
    hint: 'bring the protocol back under its old name, or delete its whole entry from the history',
  },
} as const
