import { answer, steer, type Text } from 'coxswain/steer'

/** The peer whispers, the master answers. */
export const Whisper = steer('whisper', answer<Text<{ max: 200 }>, Text<{ max: 200 }>>('whisper'))
