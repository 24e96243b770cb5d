// Which of a caller's options go to a backend: those that neither Backbone nor the library knows, as far as JSON can encode them.

/** Options of Backbone and of the library that JSON could encode, but that are not for the backend. */
const known =
  /^(add|ajaxSync|at|attrs|context|data|ifVersion|ioNamespace|merge|parse|patch|remove|reset|silent|socket|sort|timeout|unset|url|validate|wait)$/;

const plain: readonly unknown[] = [Object, Array, String, Number, Boolean];

export function optionsOf(options: { [name: string]: unknown }): { [name: string]: unknown } {
  const own: { [name: string]: unknown } = {};
  for (const name of Object.keys(options)) {
    const value = options[name];
    if (value != null && plain.includes(value.constructor) && !known.test(name)) own[name] = value;
  }
  return own;
}
