/** STEER3xxx: the type of a payload cannot be carried. */

export const PAYLOAD_CODES = {
  STEER3001: {
    severity: 'error',
    title: 'function, method or symbol in a payload',
    explanation: 'A payload is data. Functions, methods, accessors and symbols have no form on the wire.',
    hint: 'declare an interface with the data alone',
    example: "send<{ total(): number }>('order')",
  },
  STEER3002: {
    severity: 'error',
    title: 'payload type that says nothing',
    explanation:
      '`any`, `unknown`, `never`, `object` and `{}` describe no shape that a decoder could hold a payload against.',
    hint: 'declare the shape, or use `Open` from `coxswain/steer` for anything that CBOR can carry',
    example: "send<unknown>('order')",
  },
  STEER3003: {
    severity: 'error',
    title: 'class instance in a payload',
    explanation:
      'What arrives is plain data: the prototype, the methods and the private members of a class do not cross the wire.',
    hint: 'declare an interface with its data, and convert at both ends',
    example: "class Order { total = 0 }\nexport const A = steer('a', send<Order>('order'))",
  },
  STEER3004: {
    severity: 'error',
    title: 'unresolved generic type',
    explanation:
      'Each payload has one concrete shape. A type parameter, or a type that still depends on one, has none.',
    hint: 'write the type arguments, such as `Page<Item>`',
  },
  STEER3005: {
    severity: 'error',
    title: 'union whose members cannot be told apart',
    explanation:
      'A decoder must know from the bytes which member of a union came. Members are told apart by the major type of their CBOR form (number, text, bytes, array, map, boolean, null), by the tag of `Date` and `Set`, by being a literal, or, between objects, by a member that is required in each and has literals of its own in each (`null` counts as one).',
    hint: "give each object a literal member such as `kind: 'a'`, or wrap the alternatives in objects that have one",
    example: "send<number | bigint>('amount')",
  },
  STEER3006: {
    severity: 'error',
    title: 'bad parameter of a refinement',
    explanation:
      'The parameters of `Text`, `Bytes`, `List` and `Match` are literals: `max` is a non-negative safe integer, a pattern is one string.',
    hint: 'write a literal, such as `Text<{ max: 120 }>`',
    example: "send<Text<{ max: number }>>('note')",
  },
  STEER3007: {
    severity: 'error',
    title: 'pattern that cannot be matched in bounded time',
    explanation:
      'A pattern is run on bytes that come from the other side. Only the subset that needs linear time, or text of bounded length, is taken.',
    hint: 'simplify the pattern (no back references, no look-around, no nested repetition), or bound the text: `Text<{ max: 20 }> & Match<...>`',
    example: "send<Match<'(a+)+'>>('word')",
  },
  STEER3008: {
    severity: 'error',
    title: 'member that cannot be carried by name',
    explanation:
      'Members become keys of a map on the wire. `__proto__` is refused everywhere, and members named by a symbol have no text.',
    hint: 'rename the member',
    example: "send<{ ['__proto__']: string }>('order')",
  },
  STEER3009: {
    severity: 'error',
    title: 'undefined where nothing can be left out',
    explanation:
      '`undefined` means that a member of an object is absent. A payload as a whole, an element, a key or a value cannot be absent; `void` describes no value at all.',
    hint: 'use `null`, or for a message that carries nothing leave the type argument out',
    example: "send<(string | undefined)[]>('names')",
  },
  STEER3010: {
    severity: 'error',
    title: 'built-in object that has no form on the wire',
    explanation:
      'Of the built-in objects `Date`, `Uint8Array`, `Map` and `Set` are carried. Promises, iterators, weak collections, errors, regular expressions, boxed values, `ArrayBuffer` and the other typed arrays are not.',
    hint: 'use `Uint8Array` for bytes, and arrays of numbers for other typed arrays',
    example: "send<Float64Array>('samples')",
  },
  STEER3011: {
    severity: 'error',
    title: 'template literal type',
    explanation: 'A template literal type describes strings by a form that has no bound and no pattern of its own.',
    hint: "use `Match<'pattern'>`, or a union of the literals",
    example: "send<`id-${string}`>('id')",
  },
  STEER3012: {
    severity: 'error',
    title: 'payload type too deep or too large',
    explanation:
      'A payload nests at most 32 deep between named types, and a file reaches at most 2000 named types and unions of at most 1000 members. A generic type that grows with each step of its own recursion has no end.',
    hint: 'name the inner types, or give the recursion a fixed type argument',
    example: "interface Chain<T> { next?: Chain<T[]> }\nexport const A = steer('a', send<Chain<string>>('chain'))",
  },
  STEER3013: {
    severity: 'error',
    title: 'index signature beside members',
    explanation:
      'An object has declared members, or it is a record with any keys. Both at once leaves open which of them a key is.',
    hint: 'put the record into a member of its own',
    example: "send<{ total: number; [key: string]: number }>('sums')",
  },
  STEER3014: {
    severity: 'error',
    title: 'recursive type without a smallest value',
    explanation: 'Each value of this type would contain another one, without end, so no value of it exists.',
    hint: 'make the recursion optional, or put it into an array or beside `null`',
    example: "interface Node { next: Node }\nexport const A = steer('a', send<Node>('list'))",
  },
  STEER3015: {
    severity: 'error',
    title: 'literal that cannot be carried',
    explanation:
      'Literal types and enum members are finite numbers, strings, booleans and bigints whose value is known to the compiler. Computed enum members are not.',
    hint: 'give the member a literal value',
    example: "enum Level { low = Number('1') }\nexport const A = steer('a', send<Level>('level'))",
  },
  STEER3016: {
    severity: 'error',
    title: 'key type that is not text',
    explanation:
      'The keys of an object and of a record are text. Numbers, symbols and template literals as keys have no text of their own on the wire.',
    hint: 'use `Record<string, T>`, or `Map<K, T>` for other keys',
    example: "send<{ [id: number]: string }>('names')",
  },
  STEER3017: {
    severity: 'error',
    title: 'intersection that is not of plain objects',
    explanation:
      'Plain object types are put together by `&`. A brand on a primitive does not cross the wire, so the decoder could not vouch for it, and an array, a class or a function has no members to put together.',
    hint: 'declare the base type, and brand it in your own code',
    example: "send<string & { readonly brand: 'UserId' }>('user')",
  },
  STEER3018: {
    severity: 'error',
    title: 'tuple whose rest is not last',
    explanation: 'In a tuple the elements that are always there come first, then the optional ones, then one rest.',
    hint: 'move the rest to the end, or use an object',
    example: "send<[...string[], number]>('row')",
  },
  STEER3019: {
    severity: 'error',
    title: 'sealed part of a payload',
    explanation:
      'A payload crosses through its own cipher as a whole, or each item of a stream does: `Sealed<T>` stands directly between the angle brackets of the word, or a name without parameters for it does. Parts of payloads, members of unions and intersections, and what is sealed already cannot be sealed.',
    hint: 'seal the whole payload, `send<Sealed<Card>>(...)`, or send the part as a message of its own',
    example: "send<{ card: Sealed<string> }>('pay')",
  },
} as const
