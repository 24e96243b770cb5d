// How attributes are called in MongoDB: as they are, but for names that it, or Mongoose, takes for something else.

const reserved = new Set(['', 'id', '_id', '__v', '_version', '_channel']);

/** `isOwn` says whether a schema or its documents have the name already, the schema's attributes not included. */
export function fieldOf(name: string, isOwn: (name: string) => boolean): string {
  const escaped = name.replace(/[%.$[\]]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
  return reserved.has(name) || isOwn(name) ? `%-${escaped}` : escaped;
}

/** The other way round. */
export const nameOf = (field: string): string =>
  field.replace(/^%-/, '').replace(/%(2[45E]|5[BD])/g, (_, code: string) => String.fromCharCode(parseInt(code, 16)));
