/** Getters of built-in prototypes: they tell a real instance from whatever merely inherits from the prototype. */

/** Throws a `TypeError`, or gives undefined, for what is no real instance. */
export type Getter = (this: unknown) => unknown

/** The getter `name` of a built-in prototype. */
export function getterOf(prototype: object, name: string | symbol): Getter {
  const descriptor = Object.getOwnPropertyDescriptor(prototype, name) as { readonly get: Getter }
  return descriptor.get
}
