// What `listen` keeps for its server in a WeakMap of its own: the only place to count what has been left behind.

// `work` calls `listen`. Returns [what `work` returned, the companion that `listen` has kept].
export function whatListenKeeps(work) {
  const { set } = WeakMap.prototype;
  let kept;
  WeakMap.prototype.set = function (key, value) {
    if (value?.sessions) kept = value;
    return set.call(this, key, value);
  };
  try {
    return [work(), kept];
  } finally {
    WeakMap.prototype.set = set;
  }
}
