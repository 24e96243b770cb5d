// Which of the caller's options go to a backend: his own, as far as they are JSON.

/** Backbone's and ours that JSON could say. */
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
