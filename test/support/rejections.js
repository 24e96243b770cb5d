// The unhandled promise rejections. Browsers report them late, but in order: one that we reject ourselves marks the
// end of those before it.
const mark = Symbol('mark');
let reasons = [];
let marked = () => {};

window.addEventListener('unhandledrejection', event => {
  if (event.reason !== mark) return reasons.push(event.reason);
  event.preventDefault();
  event.stopImmediatePropagation();
  marked();
});

export const forgetRejections = () => { reasons = []; };

export async function unheardRejections() {
  const told = new Promise(resolve => { marked = resolve; });
  Promise.reject(mark);
  await told;
  return reasons;
}
