/** Packages that only `bench/node_modules` has. Loaded by name, so that the project type-checks where they are not installed. */

/** @param name of a package that bench/package.json pins. `Shape` states what is used of it. */
export async function loadOutside<Shape>(name: string): Promise<Shape> {
  return (await import(name)) as Shape
}
