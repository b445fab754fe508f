/*
 * Two sessions on one link, with a stream in each direction: every side sends one and receives the other. Both streams have no
 * end and no consumer stops, so that nothing but credit keeps them going.
 */

#ifndef CAPACITY
#define CAPACITY 2
#endif
#ifndef WINDOW
#define WINDOW 2
#endif

mtype = { ITEM, STREAM_CREDIT };
chan to_one = [CAPACITY] of { mtype, byte };
chan to_two = [CAPACITY] of { mtype, byte };

/* Credit has a kind of frame of its own, and waits for nothing but the connection. */
#define CREDIT_MAY_GO (nfull(out))

proctype Side(chan in; chan out) {
  byte credit = 1;               /* for the stream of this side */
  byte granted = 1;              /* what the other side may still send */
  byte items, eaten, value;      /* held; taken and not credited again */
  bool owe_first = (WINDOW > 1);
  do
  :: atomic { credit > 0 && nfull(out) -> out!ITEM, 0; credit-- }
  :: items > 0 -> progress_item: atomic { items--; eaten++ }
  :: atomic { owe_first && CREDIT_MAY_GO ->
       out!STREAM_CREDIT, WINDOW - 1; granted = granted + WINDOW - 1; owe_first = false }
  :: atomic { eaten > 0 && 2 * eaten >= WINDOW && CREDIT_MAY_GO ->
       out!STREAM_CREDIT, eaten; granted = granted + eaten; eaten = 0 }
  :: atomic { in?ITEM, value -> assert(granted > 0); granted--; items++; assert(items + eaten + granted <= WINDOW) }
  :: atomic { in?STREAM_CREDIT, value -> credit = credit + value; value = 0; assert(credit <= WINDOW) }
  od
}

init {
  atomic { run Side(to_one, to_two); run Side(to_two, to_one) }
}
