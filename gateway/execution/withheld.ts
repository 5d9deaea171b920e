/**
 * What is withheld from somebody who may not see it: it is null in the answer, and an error says so. The same
 * object stands for the same of one operation, so that what is compiled with it can be kept by it.
 */
export interface Withheld {
  /** Objects of this type. */
  type(name: string): boolean;
  /** A field of an object or interface, the type's name among them. */
  field(type: string, field: string): boolean;
}
