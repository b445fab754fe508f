/**
 * A protocol as Promela, the language of the model checker SPIN: the table that both sides run, with all that goes on under it
 * expanded, so that what is not half-duplex underneath can be explored from outside.
 */

import type { ProtocolModel } from '../../src/ir/model.ts'
import { framesText, headerText } from './header.ts'
import { LINK_INLINES, LINK_STEPS, LINK_VARIABLES } from './link-part.ts'
import type { ModelOptions } from './options.ts'
import { readPlaces, streamsOf } from './places.ts'
import { ProtocolPart } from './protocol-part.ts'
import { sessionSteps, sessionText, sessionVariables } from './session-part.ts'
import { STREAM_STEPS } from './stream-part.ts'

/** Writes the model. The same protocol gives the same text. */
export function writePromela(
  { declaration, table }: Pick<ProtocolModel, 'declaration' | 'table'>,
  options: ModelOptions,
): string {
  const places = readPlaces(table)
  const streams = streamsOf(places)
  const part = new ProtocolPart(places, streams)
  const hasStreams = streams.length > 0
  return [
    headerText(declaration.name, options),
    part.definitions(),
    framesText(hasStreams, part.valueType),
    sessionText(part, hasStreams),
    LINK_INLINES,
    sideText(part, hasStreams),
    initText(hasStreams),
  ].join('\n')
}

/** Coxswain has one table for both sides, and so has the model: one process, run twice. */
function sideText(part: ProtocolPart, streams: boolean): string {
  return `/* One side. Both run the same table, and read it from their own end. */
proctype Side(bit me; chan in; chan out) {
${sessionVariables(part, streams)}${LINK_VARIABLES}  byte number;
  ${part.valueType} value;

  do
  /* ---- the protocol */
${part.moves()}
  /* ---- what is under it */
${sessionSteps(streams)}
${streams ? `${STREAM_STEPS}\n` : ''}${LINK_STEPS}
  :: atomic { in?kind, number, value -> frame_in() }
  od;

  assert(empty(in))  /* after the other's close nothing came */
}
`
}

function initText(streams: boolean): string {
  const wild = streams ? 'may_stop = true; may_end = true' : 'skip'
  const calm = streams
    ? `
    :: may_stop = true  /* a stream that goes on until its receiver stops it */
    :: may_end = true   /* one that is always read to its end */
    :: skip             /* one without an end */`
    : `
    :: skip`
  return `init {
  atomic {
    if
    /* everybody may give up, or one side, at any point */
    :: ${wild};
       if
       :: may_quit[MASTER] = true; may_quit[PEER] = true
       :: may_quit[MASTER] = true
       :: may_quit[PEER] = true
       fi
    /* nobody does */${calm}
    fi;
    run Side(MASTER, to_master, to_peer);
    run Side(PEER, to_peer, to_master)
  }
}
`
}
