// How things are called in MongoDB: attributes as they are, but for names that it, or Mongoose, or the plugin takes for something else.

/** Where a document has its version and its channel. No attribute is called so. */
export const versionField = '_version';
export const channelField = '_channel';

const reserved = new Set(['', 'id', '_id', '__v', versionField, channelField]);

/** `isOwn` says whether a schema or its documents have the name already, the schema's attributes not included. */
export function fieldOf(name: string, isOwn: (name: string) => boolean): string {
  const escaped = name.replace(/[%.$[\]]/g, sign => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
  return reserved.has(name) || isOwn(name) ? `%-${escaped}` : escaped;
}

/** The other way round. */
export const nameOf = (field: string): string =>
  field.replace(/^%-/, '').replace(/%(2[45E]|5[BD])/g, (_, code: string) => String.fromCharCode(parseInt(code, 16)));
