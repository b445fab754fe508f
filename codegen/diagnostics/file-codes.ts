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
} as const
