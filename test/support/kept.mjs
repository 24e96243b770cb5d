// What `listen` keeps for its server where nobody else can look: the only place to count what has been left behind.

// Returns what the work, which calls `listen`, returns, and what `listen` has kept: its companion.
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
