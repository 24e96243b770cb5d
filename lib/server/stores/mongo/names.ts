// Names in MongoDB: those of attributes, except for names that mean something else to MongoDB, to Mongoose or to the plugin.

/** The fields with a document's version and its channel. Attributes with these names are escaped. */
export const versionField = '_version';
export const channelField = '_channel';

const reserved = new Set(['', 'id', '_id', '__v', versionField, channelField]);

/** The field of an attribute. `isOwn`: whether the schema or its documents use the name for something other than a field. */
export function fieldOf(name: string, isOwn: (name: string) => boolean): string {
  const escaped = name.replace(/[%.$[\]]/g, sign => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
  return reserved.has(name) || isOwn(name) ? `%-${escaped}` : escaped;
}

/** The attribute of a field. */
export const nameOf = (field: string): string =>
  field.replace(/^%-/, '').replace(/%(2[45E]|5[BD])/g, (_, code: string) => String.fromCharCode(parseInt(code, 16)));
